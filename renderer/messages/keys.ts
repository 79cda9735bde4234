/** How keys are named on screen. */
export const keyNames: {
  readonly command: string;
  readonly control: string;
  readonly named: Readonly<Record<string, string>>;
} = {
  command: '⌘',
  control: 'Ctrl',
  named: {
    Escape: 'Esc',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Delete: 'Del',
    BracketLeft: '[',
    BracketRight: ']',
    Slash: '/',
    Comma: ',',
    Period: '.',
    Digit1: '1',
    Digit0: '0',
    Equal: '+',
    Minus: '−',
  },
};
