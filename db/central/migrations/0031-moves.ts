import type { CentralMigration } from './migration.ts';

/** Parts of documents and of what is read in them: few rows of large tables. */
const ofDocuments = `owner_entity IN ('artifacts', 'content_extractions', 'metadata_tags')`;

/** What has to be found where a document goes from one scope to another. */
export const moves: CentralMigration = {
  name: '0031-moves',
  up: [
    'CREATE INDEX evidence_artifact ON central.evidence (tenant_id, artifact_id) WHERE artifact_id IS NOT NULL',
    'CREATE INDEX reference_items_artifact ON central.reference_items (tenant_id, artifact_id) WHERE artifact_id IS NOT NULL',
    'CREATE INDEX content_extractions_artifact ON central.content_extractions (tenant_id, artifact_id)',
    'CREATE INDEX metadata_tags_artifact ON central.metadata_tags (tenant_id, artifact_id)',
    `CREATE INDEX set_elements_document ON central.set_elements (tenant_id, owner_id) WHERE ${ofDocuments}`,
    `CREATE INDEX judgements_document ON central.judgements (tenant_id, owner_id) WHERE ${ofDocuments}`,
    'CREATE INDEX sync_exit_row ON central.sync_exit (tenant_id, entity, id)',
  ],
  down: [
    'DROP INDEX central.sync_exit_row',
    'DROP INDEX central.judgements_document',
    'DROP INDEX central.set_elements_document',
    'DROP INDEX central.metadata_tags_artifact',
    'DROP INDEX central.content_extractions_artifact',
    'DROP INDEX central.reference_items_artifact',
    'DROP INDEX central.evidence_artifact',
  ],
};
