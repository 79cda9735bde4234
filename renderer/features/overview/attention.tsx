import type { Attention, AttentionItem } from '../../../preload/contract/overview.ts';
import { PlaceLink } from '../../app/place-link.tsx';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { overviewWords } from '../../messages/overview.ts';
import { Glyph, type GlyphName } from '../../ui/glyphs.tsx';

function claimAddress({ sessionId, id }: AttentionItem): string {
  return `claims/${sessionId}?claim=${id}`;
}

function documentAddress({ evidenceId, sessionId }: AttentionItem): string {
  return evidenceId === null ? `session/${sessionId}` : `read/${evidenceId}`;
}

type Kind = keyof Attention;

/** What needs a look, the most pressing first: its mark, where it leads, and whose words name it. */
const kinds: readonly {
  readonly kind: Kind;
  readonly glyph: GlyphName;
  readonly address: (item: AttentionItem) => string;
  readonly voice: 'source' | 'own';
}[] = [
  { kind: 'retracted', glyph: 'retracted', address: claimAddress, voice: 'own' },
  { kind: 'orphans', glyph: 'contested', address: documentAddress, voice: 'source' },
  { kind: 'unsupported', glyph: 'unsupported', address: claimAddress, voice: 'own' },
];

function Group({
  of: { kind, glyph, address, voice },
  found: { total, items },
}: {
  of: (typeof kinds)[number];
  found: Attention[Kind];
}) {
  if (total === 0) return null;
  return (
    <>
      <h3 className="attention-title">
        <Glyph name={glyph} />
        {overviewWords[kind](total)}
      </h3>
      <ul>
        {items.map((item) => (
          <li key={`${item.id}${item.evidenceId ?? ''}`}>
            <PlaceLink className="item" address={address(item)}>
              <span className={voice === 'source' ? 'item-title two-lines said' : 'item-title two-lines'}>
                {item.text}
              </span>
              <span className="item-sub">
                <span className="ref">{item.label}</span>
                <span className="cut">{item.evidenceTitle ?? item.sessionTitle}</span>
              </span>
            </PlaceLink>
          </li>
        ))}
      </ul>
      {total > items.length ? <p className="note">{overviewWords.more(total - items.length)}</p> : null}
    </>
  );
}

/** What of the argument does not stand as it should, each with the way to it. */
export function AttentionList() {
  const found = useQuery(queries.attention).data;
  if (found === undefined) return null;
  const calm = kinds.every(({ kind }) => found[kind].total === 0);
  return (
    <section className="section" aria-label={overviewWords.attention}>
      <h2 className="section-title">{overviewWords.attention}</h2>
      {calm ? (
        <>
          <p>{overviewWords.calm}</p>
          <p className="note">{overviewWords.calmHint}</p>
        </>
      ) : null}
      {kinds.map((of) => (
        <Group key={of.kind} of={of} found={found[of.kind]} />
      ))}
    </section>
  );
}
