import { z } from 'zod';
import { Count, flag } from '../platform/schemas/schemas.js';
import { IMPORT_FORMATS } from './import.model.js';

const Format = z.enum(IMPORT_FORMATS).meta({ id: 'ImportFormat' });

export const ImportQuery = z.strictObject({
  format: Format.optional().describe("Found from the file's first bytes if absent"),
  dryRun: flag().prefault('false').describe('Runs the import, reports the result and rolls it back'),
});
export type ImportQuery = z.output<typeof ImportQuery>;

const count = (description: string) => Count.describe(description).meta({ examples: [0] });

const Counts = z
  .object({
    imported: Count.meta({ examples: [58] }),
    present: count('Came with an earlier import, or was here already'),
    skipped: count('Does not come along; each is listed'),
  })
  .meta({ id: 'ImportCounts' });

const Item = z
  .object({
    outcome: z.enum(['imported', 'present', 'skipped']).meta({ id: 'ImportOutcome' }),
    kind: z
      .string()
      .describe("author, tag, post, page, comment, or the file's own word")
      .meta({ examples: ['attachment'] }),
    key: z
      .string()
      .describe('How the file identifies it')
      .meta({ examples: ['611'] }),
    title: z.string().meta({ examples: ['dsc20050604'] }),
    reasons: z.array(z.string()).meta({ examples: [['media files are not imported']] }),
  })
  .meta({ id: 'ImportItem' });

export const ImportReportView = z
  .object({
    format: Format,
    dryRun: z.boolean().describe('The import was rolled back'),
    counts: z
      .record(z.string(), Counts)
      .describe('By kind: author, tag, post, page, comment, and what else the file has'),
    items: z
      .array(Item)
      .describe(
        'Items that were left out or changed, and why: the first 10,000, or fewer where they are long',
      ),
    unlisted: count('How many more items were left out or changed; `galley import` lists them all'),
  })
  .meta({ id: 'ImportReport' });
