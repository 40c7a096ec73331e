import type { Migration } from './migration.ts'

/**
 * What webhooks told of the documents of a shop system, by the ids that it has for them: some of its messages name
 * nothing but an id, such as that of an order which was deleted. A few ids are sought at a time.
 */
export const keepKnownDocuments: Migration = {
  version: 8,
  name: 'known documents',
  statements: ({ types, soughtText }) => [
    `CREATE TABLE known_documents (
  source ${types.text} NOT NULL,
  kind ${types.text} NOT NULL,
  document_id ${soughtText ?? types.text} NOT NULL,
  version ${types.text},
  deleted_at ${types.text},
  said ${types.text} NOT NULL
)`,
    // An engine that keeps no texts of its own for this has an index.
    ...(soughtText === null
      ? ['CREATE INDEX known_documents_index ON known_documents (document_id, kind, source)']
      : []),
  ],
}
