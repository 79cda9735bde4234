import type { AttentionItem } from '../../../preload/contract/overview.ts';
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

function Group({
  glyph,
  title,
  total,
  items,
  address,
  voice,
}: {
  glyph: GlyphName;
  title: string;
  total: number;
  items: readonly AttentionItem[];
  address: (item: AttentionItem) => string;
  voice: 'source' | 'own';
}) {
  if (total === 0) return null;
  return (
    <>
      <h3 className="attention-title">
        <Glyph name={glyph} />
        {title}
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
export function Attention() {
  const found = useQuery(queries.attention).data;
  if (found === undefined) return null;
  const { orphans, unsupported, retracted } = found;
  const calm = orphans.total + unsupported.total + retracted.total === 0;
  return (
    <section className="section" aria-label={overviewWords.attention}>
      <h2 className="section-title">{overviewWords.attention}</h2>
      {calm ? (
        <>
          <p>{overviewWords.calm}</p>
          <p className="note">{overviewWords.calmHint}</p>
        </>
      ) : null}
      <Group
        glyph="retracted"
        title={overviewWords.retracted(retracted.total)}
        {...retracted}
        address={claimAddress}
        voice="own"
      />
      <Group
        glyph="contested"
        title={overviewWords.orphans(orphans.total)}
        {...orphans}
        address={documentAddress}
        voice="source"
      />
      <Group
        glyph="unsupported"
        title={overviewWords.unsupported(unsupported.total)}
        {...unsupported}
        address={claimAddress}
        voice="own"
      />
    </section>
  );
}
