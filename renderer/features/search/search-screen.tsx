import { Bookmark, Search as SearchIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Hit } from '../../../preload/contract/search.ts';
import { useCommands } from '../../app/commands.ts';
import { go, openHit } from '../../app/location.ts';
import { queries } from '../../data/queries.ts';
import { useCache, useQuery } from '../../data/query.ts';
import { useSearch } from '../../data/use-search.ts';
import { savedWords } from '../../messages/search.ts';
import { searchWords } from '../../messages/screens.ts';
import { Button, Tool } from '../../ui/button.tsx';
import { Select } from '../../ui/fields.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SplitPanes } from '../../ui/panes.tsx';
import { TokenField } from '../../ui/token-field.tsx';
import { notePassageFound } from '../start/steps.ts';
import { Writes } from '../../ui/writes.tsx';
import { Facets } from './facets.tsx';
import { HitList } from './hit-list.tsx';
import { HitPreview } from './hit-preview.tsx';
import { recall, remember } from './last-search.ts';
import { NameDialog } from '../../ui/name-dialog.tsx';
import { SavedList } from './saved-list.tsx';
import { changeSearch, keepSearch, savedOf, type SavedSearch } from './saved-searches.ts';
import {
  type Filter,
  type HitSort,
  keyOf,
  queryOf,
  type SearchState,
  sortedHits,
  sorts,
  takeFilters,
  withFilters,
  withoutFilter,
} from './search-state.ts';
import { useFresh } from './use-fresh.ts';

const noTypes: readonly string[] = [];
const sortChoices = sorts.map((id) => ({ id, title: savedWords.sorts[id] }));

/** Search as one types; a search that was kept is opened once its row is there. */
export default function SearchScreen({ initial, savedId }: { initial: string; savedId: string | null }) {
  const rows = useQuery(queries.savedSearches).data?.rows;
  if (savedId === null) return <Searching initial={initial} saved={null} />;
  if (rows === undefined) return null;
  const row = rows.find(({ id }) => id === savedId);
  const saved = row === undefined ? null : savedOf(row);
  return <Searching key={saved?.id ?? ''} initial={initial} saved={saved} />;
}

function Searching({ initial, saved }: { initial: string; saved: SavedSearch | null }) {
  const cache = useCache();
  const { client } = cache.host;
  const origin = saved?.id ?? initial;
  const [start] = useState(() => recall(origin) ?? startOf(saved?.query ?? initial, saved?.sort));
  const [search, setSearch] = useState<SearchState>(start.search);
  const [sort, setSort] = useState<HitSort>(start.sort);
  const [cursor, setCursor] = useState(start.cursor);
  const [turn, setTurn] = useState(0);
  const [naming, setNaming] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const query = queryOf(search);
  const { answer, failure } = useSearch(query, noTypes, undefined, turn);
  const hits = sortedHits(answer?.hits ?? [], sort);
  const fresh = useFresh(answer?.query ?? '', turn);
  useEffect(() => {
    field.current?.focus();
    const end = field.current?.value.length ?? 0;
    field.current?.setSelectionRange(end, end);
  }, []);
  useEffect(() => remember(origin, { search, sort, cursor }), [origin, search, sort, cursor]);
  function change(next: SearchState): void {
    setSearch(next);
    setCursor(0);
  }
  const toggle = (filter: Filter, on: boolean): void =>
    change({
      ...search,
      filters: on ? withFilters(search.filters, [filter]) : withoutFilter(search.filters, filter),
    });
  async function keep(name: string): Promise<void> {
    setNaming(false);
    const id = await keepSearch(client, { name, query, sort });
    if (id !== null) go(`search?saved=${id}`);
  }
  const open = (hit: Hit | undefined): void => {
    openHit(hit);
    if (hit?.start == null) return;
    void notePassageFound(client).then((isFirst) => {
      if (isFirst) cache.invalidate(new Set(['settings']));
    });
  };
  const mayKeep = query !== '';
  const isChanged = saved !== null && mayKeep && (query !== saved.query || sort !== saved.sort);
  useCommands([
    {
      id: 'search-keep',
      title: savedWords.keep,
      keys: '$mod+s',
      writes: true,
      run: () => setNaming(mayKeep),
    },
    { id: 'search-field', title: searchWords.field, keys: '/', run: () => field.current?.focus() },
  ]);
  const main = (
    <div className="screen">
      <TokenField
        label={searchWords.field}
        tokensLabel={savedWords.filters}
        placeholder={searchWords.hint}
        tokens={search.filters.map((filter) => ({
          id: keyOf(filter),
          name: filter.field,
          value: filter.value,
        }))}
        text={search.words}
        inputRef={field}
        onText={(text) => change(takeFilters(text, search.filters, true))}
        onRemove={(id) =>
          change({ ...search, filters: search.filters.filter((filter) => keyOf(filter) !== id) })
        }
        onTakeBack={() => {
          const last = search.filters.at(-1);
          if (last === undefined) return;
          const filters = search.filters.slice(0, -1);
          change({ filters, words: queryOf({ filters: [last], words: search.words }) });
        }}
        onKey={(press) => {
          if (press.key === 'ArrowDown') setCursor(Math.min(cursor + 1, hits.length - 1));
          else if (press.key === 'ArrowUp') setCursor(Math.max(cursor - 1, 0));
          else if (press.key === 'Enter') open(hits[cursor]);
          else return;
          press.preventDefault();
        }}
        before={<Icon of={SearchIcon} />}
        after={
          <Writes>
            <Tool
              icon={Bookmark}
              name={savedWords.keep}
              keys="$mod+s"
              disabled={!mayKeep}
              onPress={() => setNaming(true)}
            />
          </Writes>
        }
      />
      <div className="search-facts">
        <p className="grow" role="status">
          {failure ??
            (answer === undefined
              ? query === ''
                ? searchWords.empty
                : searchWords.searching
              : hits.length === 0
                ? searchWords.none(answer.query)
                : searchWords.passages(hits.length, answer.documents))}
          {answer === undefined || hits.length === 0 ? null : (
            <span className="search-took">{searchWords.took(answer.ms)}</span>
          )}
        </p>
        {fresh === 0 ? null : (
          <Button onPress={() => setTurn(turn + 1)}>
            {fresh > 0 ? savedWords.fresh(fresh) : savedWords.changed}
          </Button>
        )}
        {isChanged ? (
          <Writes>
            <Button onPress={() => void changeSearch(client, saved.id, { query, sort })}>
              {savedWords.update(saved.name)}
            </Button>
          </Writes>
        ) : null}
        <Select small label={savedWords.sort} choices={sortChoices} value={sort} onChange={setSort} />
      </div>
      {answer?.notice == null ? null : <p className="search-notice">{answer.notice}</p>}
      <HitList hits={hits} cursor={cursor} onOpen={open} />
      {naming ? (
        <NameDialog
          title={savedWords.keepTitle}
          initial={saved?.name ?? query}
          onName={(name) => void keep(name)}
          onClose={() => setNaming(false)}
        />
      ) : null}
    </div>
  );
  const list = (
    <div className="scroll">
      <SavedList current={saved?.id ?? null} />
      <Facets answer={answer} filters={search.filters} onToggle={toggle} />
    </div>
  );
  const current = hits[cursor];
  const preview =
    current === undefined ? undefined : (
      <HitPreview hit={current} at={cursor} of={hits.length} onOpen={open} />
    );
  return <SplitPanes id="search" list={list} main={main} side={preview} sideWidth={360} />;
}

function startOf(query: string, sort: HitSort = 'relevance') {
  return { search: takeFilters(query, [], false), sort, cursor: 0 };
}
