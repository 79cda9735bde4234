/** What a key asks of a grid: to move the cursor, to act on its row, or to choose rows. */
export type GridStep =
  | { readonly act: 'move'; readonly to: number; readonly extends: boolean }
  | { readonly act: 'open' | 'beside' | 'toggle' | 'all' | 'none' | 'menu' | 'remove' };

interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Reads a key press over a grid of `count` rows whose cursor is at `cursor`; null where the grid has no use for it. */
export function gridStep(press: Press, cursor: number, count: number, page: number): GridStep | null {
  const { key, shiftKey } = press;
  const withCommand = press.ctrlKey || press.metaKey;
  if (press.altKey) return null;
  if (withCommand && key === 'Enter') return { act: 'beside' };
  if (withCommand) return key.toLowerCase() === 'a' ? { act: 'all' } : null;
  const move = (to: number): GridStep => ({
    act: 'move',
    to: Math.max(0, Math.min(count - 1, to)),
    extends: shiftKey,
  });
  switch (key) {
    case 'ArrowDown':
    case 'j':
    case 'J':
      return move(cursor + 1);
    case 'ArrowUp':
    case 'k':
    case 'K':
      return move(cursor - 1);
    case 'PageDown':
      return move(cursor + page);
    case 'PageUp':
      return move(cursor - page);
    case 'Home':
      return move(0);
    case 'End':
      return move(count - 1);
    case 'Enter':
      return { act: 'open' };
    case 'x':
    case ' ':
      return { act: 'toggle' };
    case 'Escape':
      return { act: 'none' };
    case 'Delete':
      return { act: 'remove' };
    case 'ContextMenu':
      return { act: 'menu' };
    case 'F10':
      return shiftKey ? { act: 'menu' } : null;
    default:
      return null;
  }
}
