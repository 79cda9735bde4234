import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Id } from '../../../db/catalogue/rows.ts';
import { addSampleArgument, sampleArgumentSchema } from './sample-argument.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

const sampleFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sample');

const manifestSchema = z.looseObject({
  session: z.looseObject({
    title: z.string(),
    question: z.string(),
    tags: z.array(z.string()).default([]),
  }),
  documents: z.array(
    z.looseObject({
      file: z.string(),
      reliability: z.string().optional(),
      credibility: z.string().optional(),
      retraction: z.string().optional(),
      tags: z.array(z.string()).default([]),
    }),
  ),
  ...sampleArgumentSchema.shape,
});

/** Puts the sample research into the open workspace: its session and documents, as a person would add them. */
export async function fillWithSample(manager: WorkspaceManager): Promise<void> {
  const opened = manager.session();
  const { data } = opened;
  const path = join(sampleFolder, 'manifest.json');
  const { session, documents, ...argument } = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const { sessionId } = await data.writer.call('sessions.forCapture', { newSession: session });
  if (session.tags.length > 0) {
    await data.writer.call('edits.edit', {
      entity: 'research_sessions',
      ids: [sessionId],
      values: { tags: session.tags },
    });
  }
  const service = await opened.ingest();
  const files = new Map(documents.map((each) => [join(sampleFolder, each.file), each]));
  const { jobId } = await service.add({ sessionId, paths: [...files.keys()] });
  await service.idle();
  const evidenceOf = new Map<string, Id>();
  for (const item of await service.items({ jobId, limit: 1000 })) {
    const about = item.path === null ? undefined : files.get(item.path);
    if (about === undefined || item.evidenceId === null) continue;
    evidenceOf.set(about.file, item.evidenceId);
    const { reliability, credibility, retraction, tags } = about;
    const values = {
      ...(reliability === undefined ? {} : { reliability }),
      ...(credibility === undefined ? {} : { credibility }),
      ...(tags.length === 0 ? {} : { tags }),
      ...(retraction === undefined
        ? {}
        : { retracted_at: new Date().toISOString(), retraction_reason: retraction }),
    };
    if (Object.keys(values).length === 0) continue;
    await data.writer.call('edits.edit', { entity: 'evidence', ids: [item.evidenceId], values });
  }
  await addSampleArgument(data, sessionId, evidenceOf, argument);
}
