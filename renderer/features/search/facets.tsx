import { useState } from 'react';
import type { Answer } from '../../data/use-search.ts';
import { common } from '../../messages/common.ts';
import { searchWords } from '../../messages/screens.ts';
import { Checkbox } from '../../ui/fields.tsx';
import { type Filter, queryOf, takeFilters } from './search-state.ts';

type Counts = Answer['facets'];

/**
 * Types of documents among the hits, to narrow by. What was there without a type chosen stays in the list while one is, so that
 * another can be added.
 */
export function Facets({
  answer,
  filters,
  onToggle,
}: {
  answer: Answer | undefined;
  filters: readonly Filter[];
  onToggle: (filter: Filter, on: boolean) => void;
}) {
  const [seen, setSeen] = useState<{ readonly of: string; readonly facets: Counts }>();
  const chosen = new Set(filters.filter(({ field }) => field === 'type').map(({ value }) => value));
  const of = untyped(answer?.query ?? '');
  if (answer !== undefined && (chosen.size === 0 || seen?.of !== of)) {
    const known = seen?.of === of && seen.facets === answer.facets;
    if (!known) setSeen({ of, facets: answer.facets });
  }
  const found = new Map((answer?.facets ?? []).map(({ type, count }) => [type, count]));
  const types = [...new Set([...(seen?.facets ?? []).map(({ type }) => type), ...found.keys(), ...chosen])];
  if (types.length === 0) return null;
  return (
    <>
      <p className="group">{searchWords.type}</p>
      {types.map((type) => (
        <div key={type} className={found.has(type) || chosen.size > 0 ? 'facet' : 'facet none'}>
          <Checkbox on={chosen.has(type)} onChange={(on) => onToggle({ field: 'type', value: type }, on)}>
            <span className="grow">{common.types[type] ?? type}</span>
            <span className="num">
              {found.get(type) ??
                seen?.facets.find((facet) => facet.type === type)?.count ??
                (answer === undefined ? '' : 0)}
            </span>
          </Checkbox>
        </div>
      ))}
    </>
  );
}

/** A query without the types that narrow it. */
function untyped(query: string): string {
  const { filters, words } = takeFilters(query, [], false);
  return queryOf({ filters: filters.filter(({ field }) => field !== 'type'), words });
}
