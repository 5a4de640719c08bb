import { z } from 'zod';
import { Count, queryFlag } from '../platform/schemas/schemas.js';
import { IMPORT_FORMATS } from './import.model.js';

const Format = z.enum(IMPORT_FORMATS).meta({ id: 'ImportFormat' });

export const ImportQuery = z.strictObject({
  format: Format.optional().describe(
    "The format of the file. If omitted, the server detects it from the file's first bytes.",
  ),
  dryRun: queryFlag()
    .prefault('false')
    .describe('If true, runs the import, returns the report and rolls back all changes.'),
});
export type ImportQuery = z.output<typeof ImportQuery>;

const count = (description: string) => Count.describe(description).meta({ examples: [0] });

const Counts = z
  .object({
    imported: Count.meta({ examples: [58] }),
    present: count('The number of items that already exist, from an earlier import or from another source.'),
    skipped: count('The number of items that were not imported. `items` gives the reason for each.'),
  })
  .meta({ id: 'ImportCounts' });

const Item = z
  .object({
    outcome: z.enum(['imported', 'present', 'skipped']).meta({ id: 'ImportOutcome' }),
    kind: z
      .string()
      .describe(
        'The kind of the item: `author`, `tag`, `post`, `page`, `comment`, or the term that the file uses.',
      )
      .meta({ examples: ['attachment'] }),
    key: z
      .string()
      .describe('The identifier of the item in the file.')
      .meta({ examples: ['611'] }),
    title: z.string().meta({ examples: ['dsc20050604'] }),
    reasons: z.array(z.string()).meta({ examples: [['media files are not imported']] }),
  })
  .meta({ id: 'ImportItem' });

export const ImportReportView = z
  .object({
    format: Format,
    dryRun: z.boolean().describe('True if this was a dry run and all changes were rolled back.'),
    counts: z
      .record(z.string(), Counts)
      .describe(
        'The counts for each kind of item: `author`, `tag`, `post`, `page`, `comment`, and other kinds that the file contains.',
      ),
    items: z
      .array(Item)
      .describe(
        'The items that were skipped or changed, with the reasons. Contains the first 10,000 items, or fewer if they are long.',
      ),
    unlisted: count(
      'The number of further skipped or changed items that `items` does not contain. The command `galley import` lists all of them.',
    ),
  })
  .meta({ id: 'ImportReport' });
