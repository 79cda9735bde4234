import { Bookmark, MoreHorizontal, PenLine, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { go } from '../../app/location.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { savedWords } from '../../messages/search.ts';
import { Icon } from '../../ui/icon.tsx';
import { type MenuPlace, RowMenu } from '../../ui/row-menu.tsx';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { changeSearch, removeSearch, savedOf, type SavedSearch } from './saved-searches.ts';

/** Searches that were kept, each with the number of documents that it finds now. F2 renames, Delete takes away. */
export function SavedList({ current }: { current: string | null }) {
  const client = useClient();
  const saved = (useQuery(queries.savedSearches).data?.rows ?? []).map(savedOf);
  const counts = useQuery(queries.searchCounts(saved.map(({ query }) => query))).data?.documents;
  const [menu, setMenu] = useState<{ place: MenuPlace; search: SavedSearch }>();
  const [renaming, setRenaming] = useState<SavedSearch>();
  async function remove(search: SavedSearch): Promise<void> {
    const gone = await removeSearch(client, search);
    if (gone && search.id === current) go('search');
  }
  return (
    <>
      <p className="group">{savedWords.title}</p>
      {saved.length === 0 ? <p className="list-note">{savedWords.none}</p> : null}
      <ul aria-label={savedWords.title}>
        {saved.map((search, at) => (
          <li
            key={search.id}
            className="saved"
            onKeyDown={(press) => {
              if (press.key === 'F2') setRenaming(search);
              else if (press.key === 'Delete') void remove(search);
              else return;
              press.preventDefault();
            }}
            onContextMenu={(click) => {
              click.preventDefault();
              setMenu({ search, place: { x: click.clientX, y: click.clientY } });
            }}
          >
            <PlaceLink
              className={search.id === current ? 'saved-link current' : 'saved-link'}
              address={`search?saved=${search.id}`}
            >
              <Icon of={Bookmark} size="small" />
              <span className="grow cut">{search.name}</span>
              <span className="num" title={savedWords.countMeans}>
                {counts?.[at]?.toLocaleString()}
              </span>
            </PlaceLink>
            <button
              type="button"
              className="tool"
              aria-label={savedWords.more(search.name)}
              aria-haspopup="menu"
              onClick={(click) => {
                const box = click.currentTarget.getBoundingClientRect();
                setMenu({ search, place: { x: box.left, y: box.bottom } });
              }}
            >
              <Icon of={MoreHorizontal} size="small" />
            </button>
          </li>
        ))}
      </ul>
      {menu === undefined ? null : (
        <RowMenu
          place={menu.place}
          label={menu.search.name}
          onClose={() => setMenu(undefined)}
          verbs={[
            {
              id: 'rename',
              writes: true,
              title: savedWords.rename,
              icon: PenLine,
              keys: 'F2',
              run: () => setRenaming(menu.search),
            },
            null,
            {
              id: 'remove',
              writes: true,
              title: savedWords.remove,
              icon: Trash2,
              keys: 'Delete',
              run: () => void remove(menu.search),
            },
          ]}
        />
      )}
      {renaming === undefined ? null : (
        <NameDialog
          title={savedWords.rename}
          initial={renaming.name}
          onClose={() => setRenaming(undefined)}
          onName={(name) => {
            void changeSearch(client, renaming.id, { name });
            setRenaming(undefined);
          }}
        />
      )}
    </>
  );
}
