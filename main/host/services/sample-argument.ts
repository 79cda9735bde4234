import { z } from 'zod';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import type { DataThreads } from '../data/threads.ts';

/** Claims and marks of the sample, as its manifest names them; a document stands for the evidence that it became. */
export const sampleArgumentSchema = z.object({
  claims: z
    .array(
      z.object({
        text: z.string(),
        type: z.string(),
        status: z.string(),
        verdict: z.string().optional(),
        confidence: z.number().optional(),
        reasoning: z.string().optional(),
        tags: z.array(z.string()),
        links: z.array(
          z.object({
            document: z.string(),
            stance: z.enum(['supports', 'contradicts']),
            quote: z.string(),
            note: z.string().optional(),
          }),
        ),
      }),
    )
    .default([]),
  annotations: z
    .array(
      z.object({ document: z.string(), quote: z.string(), colour: z.string(), body: z.string().optional() }),
    )
    .default([]),
});

/** Adds the sample's claims with their quotes, and its marks, through the same commands as a person's. */
export async function addSampleArgument(
  data: DataThreads,
  sessionId: Id,
  evidenceOf: ReadonlyMap<string, Id>,
  { claims, annotations }: z.infer<typeof sampleArgumentSchema>,
): Promise<void> {
  for (const { text, type, verdict, links, ...claim } of claims) {
    const { id } = await data.writer.call('edits.add', {
      entity: 'research_claims',
      values: {
        session_id: sessionId,
        claim_text: text,
        claim_type: type,
        ...given({ ...claim, final_verdict: verdict }),
      },
    });
    for (const { document, stance, quote, note } of links) {
      const evidenceId = evidenceOf.get(document);
      if (evidenceId === undefined) continue;
      await data.writer.call('claims.link', { claimId: id, evidenceId, stance, quote, note });
    }
  }
  for (const { document, ...mark } of annotations) {
    const evidence_id = evidenceOf.get(document);
    if (evidence_id === undefined) continue;
    await data.writer.call('edits.add', { entity: 'annotations', values: { evidence_id, ...given(mark) } });
  }
}

function given(values: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
