import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { Icon } from './icon.tsx';
import { type MenuPlace, RowMenu, type Verb } from './row-menu.tsx';

/** A button that opens the menu of what it stands beside. Lists may have hundreds, so it carries no tooltip of its own. */
export function MoreButton({ label, verbs }: { label: string; verbs: readonly (Verb | null)[] }) {
  const [place, setPlace] = useState<MenuPlace>();
  return (
    <>
      <button
        type="button"
        className="tool"
        aria-label={label}
        aria-haspopup="menu"
        title={label}
        onClick={({ currentTarget }) => {
          const box = currentTarget.getBoundingClientRect();
          setPlace({ x: box.left, y: box.bottom });
        }}
      >
        <Icon of={Ellipsis} size="small" />
      </button>
      {place === undefined ? null : (
        <RowMenu place={place} label={label} verbs={verbs} onClose={() => setPlace(undefined)} />
      )}
    </>
  );
}
