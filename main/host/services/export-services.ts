import { resolve } from 'node:path';
import { writeFileDurably } from '../../../db/replica/files/write-durably.ts';
import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { ExportSubject } from '../../../preload/contract/exports.ts';
import { zipOf } from '../../export/obsidian/write.ts';
import type { ExportTally } from '../../outbound/export-filter.ts';
import type { Gate } from '../../outbound/gate.ts';
import { isReferenceFormat } from '../../references/format.ts';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';
import { citeAll, prepareReferences } from './reference-services.ts';

type Subject = ExportSubject;

/** An export that has gone through the gate and not left yet. */
export interface Prepared {
  readonly of: { readonly entity: EntityName; readonly id?: Id };
  readonly name: string;
  readonly type: string;
  readonly tally: ExportTally;
  readonly rows: number;
  readonly remarks: readonly string[];
  /** Makes the bytes, and tells what became apparent only then. */
  readonly make: (
    signal: AbortSignal,
  ) => Promise<{ readonly bytes: Uint8Array; readonly remarks: readonly string[] }>;
}

/** Ways out and back: sessions and annotations as files. */
export function exportServices(manager: WorkspaceManager): Pick<HostService, 'exports' | 'imports'> {
  const session = () => manager.session();

  const prepare = (subject: Subject, gate: Gate, isPreview: boolean): Promise<Prepared> =>
    subject.kind === 'session' ? prepareSession(subject, gate) : prepareAnnotations(subject, gate, isPreview);

  const prepareSession = async (
    { sessionId, format }: Extract<Subject, { kind: 'session' }>,
    { policy }: Gate,
  ): Promise<Prepared> => {
    const { data } = session();
    if (isReferenceFormat(format)) {
      return {
        ...(await prepareReferences(session(), { format, policy, sessionId })),
        of: { entity: 'research_sessions', id: sessionId },
      };
    }
    if (format === 'obsidian') {
      const { name, files, tally } = await data.lists.call('export.notes', { sessionId, policy });
      return {
        of: { entity: 'research_sessions', id: sessionId },
        name: `${name}.zip`,
        type: 'application/zip',
        tally,
        rows: files.length,
        remarks: [],
        make: () => Promise.resolve({ bytes: zipOf(files), remarks: [] }),
      };
    }
    const at = new Date().toISOString();
    const written = await data.lists.call('export.session', { sessionId, format, policy, at });
    const { content } = written;
    return {
      ...written,
      of: { entity: 'research_sessions', id: sessionId },
      type: types[format],
      make: async (signal) => {
        if ('text' in content) return { bytes: encoder.encode(content.text), remarks: [] };
        const { bytes, missing } = await data.printing.call('pdf.brief', content.brief, { signal });
        return { bytes, remarks: missing === 0 ? [] : [missingRemark(missing)] };
      },
    };
  };

  const prepareAnnotations = async (
    { evidenceId, format }: Extract<Subject, { kind: 'annotations' }>,
    { policy }: Gate,
    isPreview: boolean,
  ): Promise<Prepared> => {
    const { data } = session();
    const request = { evidenceId, format, policy, isPreview };
    const written = await data.lists.call('export.annotations', request);
    const { content, left, orphans } = written;
    return {
      ...written,
      of: { entity: 'evidence', id: evidenceId },
      type: types[format],
      remarks: [
        ...(orphans === 0 ? [] : [orphanRemark(orphans)]),
        ...(left - orphans <= 0
          ? []
          : [`${left - orphans} marks have no place on a page, and are left out.`]),
      ],
      make: async (signal) => {
        if ('text' in content) return { bytes: encoder.encode(content.text), remarks: [] };
        return { bytes: await data.printing.call('pdf.highlight', content, { signal }), remarks: [] };
      },
    };
  };

  /** Up to the receipt an export can be called off: nothing has left, and no file is there. */
  const run = async (subject: Subject, out: string | undefined, signal: AbortSignal) => {
    if (subject.kind === 'session' && isReferenceFormat(subject.format)) {
      await citeAll(session(), subject.sessionId);
    }
    const gate = await session().outbound.gate();
    const { of, name, type, tally, rows, remarks, make } = await prepare(subject, gate, false);
    const made = await make(signal);
    if (signal.aborted) throw new WorkbenchError('cancelled', 'The export was called off. Nothing left.');
    // The receipt is durable before a byte leaves.
    await gate.exported(of, subject.format, tally, rows);
    const answer = {
      name,
      withheld: tally.withheld + tally.redacted,
      remarks: [...remarks, ...made.remarks],
    };
    if (out === undefined) {
      return { ...answer, file: null, data: new Blob([Uint8Array.from(made.bytes)], { type }) };
    }
    const file = resolve(out);
    writeFileDurably(file, made.bytes);
    return { ...answer, file, data: null };
  };

  return {
    exports: {
      session: ({ out, ...rest }, { signal }) => run({ kind: 'session', ...rest }, out, signal),
      annotations: ({ out, ...rest }, { signal }) => run({ kind: 'annotations', ...rest }, out, signal),
      preview: async (subject) => {
        const gate = await session().outbound.gate();
        const { name, tally, rows, remarks } = await prepare(subject, gate, true);
        return { name, rows, remarks, ...tally };
      },
    },
    imports: {
      annotations: (input) => session().data.writer.call('import.annotations', input),
      session: (input) => session().data.writer.call('import.session', input),
      notes: (input) => session().data.writer.call('import.notes', input),
    },
  };
}

const encoder = new TextEncoder();

const types = {
  md: 'text/markdown',
  pdf: 'application/pdf',
  json: 'application/json',
  jsonld: 'application/ld+json',
} as const;

function orphanRemark(count: number): string {
  return count === 1
    ? '1 mark is no longer found in the document.'
    : `${count} marks are no longer found in the document.`;
}

function missingRemark(count: number): string {
  const characters = count === 1 ? '1 character is' : `${count} characters are`;
  return `${characters} in no font of this program, and shown as “¤” in the PDF. The Markdown has them.`;
}
