import { ChevronDown } from 'lucide-react';
import {
  Button as AriaButton,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from 'react-aria-components';
import type { Choice } from './fields.tsx';
import { Icon } from './icon.tsx';

/** A choice of one among many: what is typed narrows the list. Nothing is chosen until somebody chooses. */
export function FindSelect({
  label,
  choices,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  choices: readonly Choice<string>[];
  value: string | null;
  placeholder: string;
  onChange: (value: string | null) => void;
}) {
  return (
    <ComboBox
      className="form-field"
      defaultItems={choices}
      value={value}
      menuTrigger="focus"
      onChange={(key) => onChange(key === null ? null : String(key))}
    >
      <Label>{label}</Label>
      <div className="find-select">
        <Input placeholder={placeholder} dir="auto" />
        <AriaButton>
          <Icon of={ChevronDown} size="small" />
        </AriaButton>
      </div>
      <Popover className="float menu-popover" offset={4}>
        <ListBox<Choice<string>> className="menu">
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.title} className="menu-item">
              <bdi>{choice.title}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
