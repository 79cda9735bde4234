import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
  TextArea,
  TextField as AriaTextField,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import { Icon } from './icon.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly lines?: number;
  readonly secret?: boolean;
  readonly autoFocus?: boolean;
  readonly required?: boolean;
  readonly onBlur?: () => void;
}

/** Words of one line or more, with their label above them. */
export function TextField(props: TextFieldProps) {
  const { label, value, onChange, hint, error, placeholder, lines = 1, secret = false } = props;
  return (
    <AriaTextField
      className="form-field"
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      autoFocus={props.autoFocus ?? false}
      isRequired={props.required ?? false}
      validationBehavior="aria"
      type={secret ? 'password' : 'text'}
      {...(secret ? { autoComplete: 'off' } : {})}
      {...(props.onBlur === undefined ? {} : { onBlur: props.onBlur })}
    >
      <Label>{label}</Label>
      {lines > 1 ? (
        <TextArea rows={lines} placeholder={placeholder ?? ''} />
      ) : (
        <Input placeholder={placeholder ?? ''} />
      )}
      {hint === undefined ? null : (
        <Text slot="description" className="form-hint">
          {hint}
        </Text>
      )}
      <FieldError className="form-error">{error}</FieldError>
    </AriaTextField>
  );
}

/** One of a list of named values. */
export interface Choice<T extends string> {
  readonly id: T;
  readonly title: string;
}

/** A choice of one, in a menu. `labelled` says whether the label is drawn or only spoken. */
export function Select<T extends string>({
  label,
  choices,
  value,
  onChange,
  small = false,
}: {
  label: string;
  choices: readonly Choice<T>[];
  value: T | null;
  onChange: (value: T) => void;
  small?: boolean;
}) {
  return (
    <AriaSelect
      className="form-field"
      value={value}
      onChange={(key) => {
        const chosen = choices.find((choice) => choice.id === key);
        if (chosen !== undefined) onChange(chosen.id);
      }}
      {...(small ? { 'aria-label': label } : {})}
    >
      {small ? null : <Label className="form-label">{label}</Label>}
      <AriaButton className={small ? 'select-button small' : 'select-button'}>
        <SelectValue />
        <Icon of={ChevronDown} size="small" />
      </AriaButton>
      <Popover className="float menu-popover" offset={4}>
        <ListBox className="menu" items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} className="menu-item">
              {choice.title}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** A choice of one among few, all in view. */
export function Segments<T extends string>({
  label,
  choices,
  value,
  onChange,
}: {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const chosen = choices.find((choice) => keys.has(choice.id));
        if (chosen !== undefined) onChange(chosen.id);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.id} id={choice.id} className="segment">
          {choice.title}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** A yes or no. */
export function Checkbox({
  children,
  on,
  onChange,
  label,
}: {
  children?: ReactNode;
  on: boolean;
  onChange: (on: boolean) => void;
  label?: string;
}) {
  return (
    <AriaCheckbox
      className="check"
      isSelected={on}
      onChange={onChange}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      <span className="check-box">{on ? <Check className="icon" aria-hidden /> : null}</span>
      {children}
    </AriaCheckbox>
  );
}
