import { useMemo } from 'react';
import type { ClaimRow } from '../../../preload/contract/argument.ts';
import { useWindowedRows } from '../../data/windowed-rows.ts';
import { claimWords } from '../../messages/claims.ts';
import { DataGrid, type GridColumn } from '../../ui/data-grid.tsx';
import { scoreText } from '../../ui/marks.tsx';

const columns: readonly GridColumn<ClaimRow>[] = [
  {
    id: 'text',
    head: claimWords.claim,
    width: 'minmax(0, 1fr)',
    className: 'lead cut',
    cell: (claim) => claim.text,
  },
  {
    id: 'status',
    head: claimWords.status,
    width: '76px',
    cell: (claim) => claimWords.statuses[claim.status ?? ''] ?? claim.status,
  },
  {
    id: 'verdict',
    head: claimWords.verdict,
    width: '120px',
    className: 'cut',
    cell: (claim) => (claim.verdict === null ? null : (claimWords.verdicts[claim.verdict] ?? claim.verdict)),
  },
  {
    id: 'confidence',
    head: claimWords.confidence,
    width: '80px',
    className: 'num',
    cell: (claim) => (claim.confidence === null ? null : scoreText(claim.confidence)),
  },
  {
    id: 'strength',
    head: claimWords.strength,
    width: '88px',
    cell: ({ standing }) => (standing.strength === null ? null : claimWords.strengths[standing.strength]),
  },
  {
    id: 'sources',
    head: claimWords.supports,
    width: '150px',
    className: 'num',
    cell: ({ standing }) => claimWords.sources(standing.sources, standing.origins),
  },
  {
    id: 'against',
    head: claimWords.contradicts,
    width: '88px',
    className: 'num',
    cell: ({ standing }) =>
      standing.contradicting === 0 ? null : claimWords.against(standing.contradicting),
  },
];

/** The table twin of the board: the same claims, a row each. */
export function ClaimTable({
  claims,
  current,
  onCurrent,
}: {
  claims: readonly ClaimRow[];
  current: string | null;
  onCurrent: (id: string) => void;
}) {
  const source = useMemo(
    () => ({
      load: async (offset: number, limit: number) => ({
        offset,
        total: claims.length,
        rows: claims.slice(offset, offset + limit),
      }),
    }),
    [claims],
  );
  const { rows, state } = useWindowedRows<ClaimRow>(source, []);
  return (
    <DataGrid
      label={claimWords.title}
      columns={columns}
      rows={rows}
      state={state}
      titleOf={(claim) => claim.text}
      selectLabel={(claim) => claim.text}
      cursor={Math.max(
        0,
        claims.findIndex(({ id }) => id === current),
      )}
      onCursor={(at) => onCurrent(claims[at]?.id ?? '')}
      onOpen={(claim) => onCurrent(claim.id)}
    />
  );
}
