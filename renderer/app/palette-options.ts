import { useMemo } from 'react';
import type { HostClient } from '../../preload/contract/contract.ts';
import type { Hit } from '../../preload/contract/search.ts';
import { queries } from '../data/queries.ts';
import { useClient, useQuery } from '../data/query.ts';
import { useStore } from '../data/store.ts';
import { useSearch } from '../data/use-search.ts';
import { app } from '../messages/app.ts';
import { savedOf } from '../features/search/saved-searches.ts';
import { notePassageFound } from '../features/start/steps.ts';
import { paletteWords } from '../messages/workspaces.ts';
import { commands } from './commands.ts';
import { placeOfLink } from './links.ts';
import { go, openHit } from './location.ts';
import { openWorkspace } from './open-workspace.ts';

/** One line of the palette. Lines of one group follow each other. */
export interface Option {
  readonly id: string;
  readonly group: keyof typeof paletteWords.groups;
  readonly title: string;
  /** Second reading, on the right. */
  readonly context?: string | undefined;
  readonly keys?: string | undefined;
  readonly run: () => void;
}

const shownHits = 5;
/** Lines of each kind of name while words are typed, so that hits stay in view below them. */
const shownNames = 6;
const noTypes: readonly string[] = [];

function hitOption(client: HostClient, hit: Hit): Option {
  return {
    id: `hit-${hit.kind}-${hit.id}-${hit.chunkId ?? ''}`,
    group: 'hits',
    title: hit.title,
    context: hit.snippet,
    run: () => {
      openHit(hit);
      if (hit.start !== null) void notePassageFound(client);
    },
  };
}

/**
 * What the palette offers for a text: names that hold it, the search of everything, then the best hits. Hits come last and
 * late, so that no line moves under the cursor. A prefix (`>` `?` verbs, `@` `#` places) narrows it to names.
 */
export function useOptions(text: string): readonly Option[] {
  const client = useClient();
  const known = useStore(commands);
  const sessions = useQuery(queries.sessions).data;
  const workspaces = useQuery(queries.workspaces).data;
  const kept = useQuery(queries.savedSearches).data?.rows;
  const open = useQuery(queries.workspace).data?.workspace?.path;
  const prefix = /^[>@#?]/.exec(text)?.[0] ?? '';
  const words = text.slice(prefix.length).trim();
  const found = useSearch(prefix === '' ? words : '', noTypes, shownHits).answer;
  const names = useMemo(() => {
    const wanted = words.toLowerCase();
    const holds = (option: Option) => option.title.toLowerCase().includes(wanted);
    const verbs = known
      .map(({ id, title, keys, run }): Option => ({ id, group: 'verbs', title, keys, run }))
      .filter(holds);
    const places = (sessions ?? [])
      .map((session): Option => ({
        id: session.id,
        group: 'sessions',
        title: session.title ?? session.question ?? session.label,
        context: session.label,
        run: () => go(`session/${session.id}`),
      }))
      .filter(holds);
    const others = (workspaces ?? [])
      .filter(({ path, missing }) => path !== open && !missing)
      .map(({ path, name }, at): Option => ({
        id: `workspace-${at}`,
        group: 'workspaces',
        title: paletteWords.switchTo(name),
        context: path,
        run: () => void openWorkspace(client, path),
      }))
      .filter(holds);
    const searches = (kept ?? [])
      .map(savedOf)
      .map(({ id, name, query }): Option => ({
        id: `kept-${id}`,
        group: 'kept',
        title: name,
        context: query === name ? undefined : query,
        run: () => go(`search?saved=${id}`),
      }))
      .filter(holds);
    const isVerbal = prefix === '>' || prefix === '?';
    const isPlace = prefix === '@' || prefix === '#';
    const kinds = isVerbal
      ? [verbs]
      : isPlace
        ? [places, searches, others]
        : [verbs, places, searches, others];
    return kinds.flatMap((kind) => kind.slice(0, words === '' ? 40 : shownNames));
  }, [words, prefix, known, sessions, kept, workspaces, open, client]);
  const linked = placeOfLink(text);
  if (linked !== null) {
    return [{ id: 'link', group: 'links', title: app.openLink, context: text.trim(), run: () => go(linked) }];
  }
  if (prefix !== '' || words === '') return names;
  const everything: Option = {
    id: 'search-everything',
    group: 'search',
    title: paletteWords.searchFor(words),
    keys: '$mod+Shift+f',
    run: () => go(`search?q=${encodeURIComponent(words)}`),
  };
  const hits = found === undefined || found.query !== words ? [] : found.hits.slice(0, shownHits);
  return [...names, everything, ...hits.map((hit) => hitOption(client, hit))];
}

/** The line that says what follows, or null where the group goes on. */
export function headingAt(options: readonly Option[], at: number): string | null {
  const group = options[at]?.group;
  return group === undefined || group === options[at - 1]?.group ? null : paletteWords.groups[group];
}
