import type { LucideIcon } from 'lucide-react';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  ToggleButton as AriaToggle,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { Icon } from './icon.tsx';
import { Keys } from './keys.tsx';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly icon?: LucideIcon | undefined;
  readonly keys?: string | undefined;
  /** `primary` at most once in each pane. */
  readonly look?: 'plain' | 'primary' | 'bare' | 'danger' | undefined;
  readonly large?: boolean;
  readonly disabled?: boolean | undefined;
  readonly submits?: boolean;
  readonly describedBy?: string;
  /** A longer name, where the words alone do not say which of many it acts on. */
  readonly label?: string;
}

const looks = {
  plain: 'button',
  primary: 'button primary',
  bare: 'button bare',
  danger: 'button bare danger',
};

/** A verb. Its key, where it has one, is written in it. */
export function Button(props: ButtonProps) {
  return (
    <AriaButton
      className={`${looks[props.look ?? 'plain']}${props.large === true ? ' large' : ''}`}
      type={props.submits === true ? 'submit' : 'button'}
      isDisabled={props.disabled ?? false}
      {...(props.onPress === undefined ? {} : { onPress: props.onPress })}
      {...(props.label === undefined ? {} : { 'aria-label': props.label })}
      {...(props.describedBy === undefined ? {} : { 'aria-describedby': props.describedBy })}
    >
      {props.icon === undefined ? null : <Icon of={props.icon} size="small" />}
      {props.children}
      {props.keys === undefined ? null : <Keys combination={props.keys} />}
    </AriaButton>
  );
}

/** Its name, and its key, while the pointer or the focus is on it. */
export function Named({
  name,
  keys,
  placement = 'bottom',
  children,
}: {
  name: string;
  keys?: string | undefined;
  placement?: 'bottom' | 'right' | 'top';
  children: ReactNode;
}) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <Tooltip className="float tooltip" placement={placement} offset={6}>
        {name}
        {keys === undefined ? null : <Keys combination={keys} />}
      </Tooltip>
    </TooltipTrigger>
  );
}

interface ToolProps {
  readonly icon: LucideIcon;
  readonly name: string;
  readonly keys?: string | undefined;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly placement?: 'bottom' | 'right' | 'top';
}

/** An icon that does something; its name is its label and its tooltip. */
export function Tool({ icon, name, keys, onPress, disabled = false, placement }: ToolProps) {
  return (
    <Named name={name} keys={keys} {...(placement === undefined ? {} : { placement })}>
      <AriaButton className="tool" aria-label={name} onPress={onPress} isDisabled={disabled}>
        <Icon of={icon} />
      </AriaButton>
    </Named>
  );
}

/** An icon that is on or off. */
export function ToggleTool({
  icon,
  name,
  on,
  onChange,
}: {
  icon: LucideIcon;
  name: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <Named name={name}>
      <AriaToggle className="tool" aria-label={name} isSelected={on} onChange={onChange}>
        <Icon of={icon} />
      </AriaToggle>
    </Named>
  );
}

/** A cross at the end of a line of a list. Lists may have hundreds, so it carries no tooltip of its own. */
export function RemoveButton({ name, onPress }: { name: string; onPress: () => void }) {
  return (
    <button type="button" className="tool" aria-label={name} title={name} onClick={onPress}>
      <Icon of={X} size="small" />
    </button>
  );
}
