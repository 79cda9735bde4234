import { Merge, Split, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ClaimRow } from '../../../preload/contract/argument.ts';
import { attempt } from '../../app/attempt.ts';
import { objectVerbs } from '../../app/object-verbs.ts';
import { stepCommand } from '../../app/undo.ts';
import { useDraft } from '../../app/use-draft.ts';
import { queries } from '../../data/queries.ts';
import { useClient, useQuery } from '../../data/query.ts';
import { claimWords } from '../../messages/claims.ts';
import { common } from '../../messages/common.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextField } from '../../ui/fields.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import { showToast } from '../../ui/toasts.tsx';
import { Writes } from '../../ui/writes.tsx';
import { StandingLine } from './claim-card.tsx';
import { ClaimLinks } from './claim-links.tsx';
import { useClaimDrop } from './use-claim-drop.ts';
import { MergeDialog, SplitDialog } from './split-merge.tsx';

const choices = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([id, title]) => ({ id, title }));
const confidences = ['none', '.1', '.2', '.3', '.4', '.5', '.6', '.7', '.8', '.9', '1'];

/** One claim: its words, what is held of it, and every quote that it rests on. */
export function ClaimInspector({ id, others }: { id: string; others: readonly ClaimRow[] }) {
  const client = useClient();
  const detail = useQuery(queries.claim(id)).data;
  const [asked, setAsked] = useState<'split' | 'merge'>();
  const drop = useClaimDrop(id);
  if (detail === undefined) return null;
  const { claim, links } = detail;
  const edit = (values: Record<string, string | number | string[] | null>): Promise<boolean> =>
    attempt(client.edits.edit({ entity: 'research_claims', ids: [id], values }));
  const trash = async (): Promise<void> => {
    if (!(await attempt(client.edits.remove({ entity: 'research_claims', ids: [id] })))) return;
    const verb = stepCommand(client, 'undo');
    showToast({ text: claimWords.trashed, verb });
  };
  return (
    <div className={`scroll${drop.stance === null ? '' : ` drop-${drop.stance}`}`} {...drop.handlers}>
      <section className="section">
        <div className="bar-line">
          <span className="ref">{claim.label}</span>
          <span className="grow" />
          <StandingLine standing={claim.standing} />
          <MoreButton label={common.more} verbs={objectVerbs('claim', id, claim.text)} />
        </div>
        <Writes>
          <EditedText
            key={`${id} text`}
            label={claimWords.claim}
            text={claim.text}
            lines={3}
            mayBeEmpty={false}
            onChange={(text) => edit({ claim_text: text })}
          />
          <div className="claim-facts">
            <Select
              label={claimWords.type}
              choices={choices(claimWords.types)}
              value={claim.type ?? 'factual'}
              onChange={(claim_type) => edit({ claim_type })}
            />
            <Select
              label={claimWords.status}
              choices={choices(claimWords.statuses)}
              value={claim.status ?? 'open'}
              onChange={(status) => edit({ status })}
            />
            <Select
              label={claimWords.verdict}
              choices={[{ id: 'none', title: claimWords.undecided }, ...choices(claimWords.verdicts)]}
              value={claim.verdict ?? 'none'}
              onChange={(verdict) => edit({ final_verdict: verdict === 'none' ? null : verdict })}
            />
            <Select
              label={claimWords.confidence}
              choices={confidences.map((each) => ({ id: each, title: each === 'none' ? '–' : each }))}
              value={claim.confidence === null ? 'none' : nearestStep(claim.confidence)}
              onChange={(value) => edit({ confidence: value === 'none' ? null : Number(value) })}
            />
          </div>
          <div className="acts">
            <Button icon={Split} onPress={() => setAsked('split')}>
              {claimWords.split}
            </Button>
            <Button icon={Merge} disabled={others.length === 0} onPress={() => setAsked('merge')}>
              {claimWords.merge}
            </Button>
            <Button icon={Trash2} look="bare" onPress={() => void trash()}>
              {claimWords.toTrash}
            </Button>
          </div>
        </Writes>
      </section>
      {(['supports', 'contradicts'] as const).map((stance) => (
        <ClaimLinks
          key={stance}
          links={links}
          stance={stance}
          onRemove={(link) => void attempt(client.edits.remove({ entity: 'claim_evidence', ids: [link] }))}
        />
      ))}
      <section className="section">
        <Writes>
          <EditedText
            key={`${id} reasoning`}
            label={claimWords.reasoning}
            text={detail.reasoning ?? ''}
            lines={4}
            onChange={(reasoning) => edit({ reasoning: reasoning === '' ? null : reasoning })}
          />
        </Writes>
      </section>
      <section className="section last">
        <h3 className="section-title">{claimWords.tags}</h3>
        <Writes>
          <TagField
            label={claimWords.tags}
            tags={claim.tags}
            onChange={(tags) => edit({ tags: [...tags] })}
          />
        </Writes>
      </section>
      {asked === 'split' ? (
        <SplitDialog claim={claim} links={links} onClose={() => setAsked(undefined)} />
      ) : asked === 'merge' ? (
        <MergeDialog claim={claim} others={others} onClose={() => setAsked(undefined)} />
      ) : null}
    </div>
  );
}

function nearestStep(confidence: number): string {
  return confidences[Math.max(1, Math.round(confidence * 10))] ?? 'none';
}

/** Words of a claim that are edited in place. Where they may not be empty, an empty field takes the old ones again. */
function EditedText({
  label,
  text,
  lines,
  mayBeEmpty = true,
  onChange,
}: {
  label: string;
  text: string;
  lines: number;
  mayBeEmpty?: boolean;
  onChange: (text: string) => Promise<boolean>;
}) {
  const isWhole = (draft: string): boolean => mayBeEmpty || draft.trim() !== '';
  const { draft, isOvertaken, type, flush, reset } = useDraft(text, onChange, isWhole);
  return (
    <>
      <TextField
        label={label}
        value={draft}
        lines={lines}
        onChange={type}
        onBlur={() => (isWhole(draft) ? flush() : reset())}
      />
      {isOvertaken ? <p className="note">{common.overtaken}</p> : null}
    </>
  );
}
