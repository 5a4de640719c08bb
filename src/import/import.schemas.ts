import { z } from 'zod';
import { Count, queryFlag, text } from '../platform/schemas/schemas.js';
import { IMPORT_FORMATS } from './import.model.js';
import { LONGEST_TEMPLATE, templateFault } from './link-templates.js';
import { siteOf } from './site.js';

const Format = z.enum(IMPORT_FORMATS).meta({ id: 'ImportFormat' });

const template = (kind: string) =>
  text(1, LONGEST_TEMPLATE)
    .superRefine((value, context) => {
      const message = templateFault(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .describe(
      `The address of ${kind} in your front end, as a URL or a path with \`{slug}\` or \`{id}\`. Links of the file to other ${kind} that it contains then lead there. If omitted, such links stay as they are, and the report lists them.`,
    );

export const ImportQuery = z.strictObject({
  format: Format.optional().describe(
    "The format of the file. If omitted, the server detects it from the file's first bytes.",
  ),
  strict: queryFlag()
    .prefault('false')
    .describe(
      'If true, returns 400 `import_refused` for a file that is not valid XML. By default, the import repairs faults that the importer of WordPress tolerates, and lists them in `repairs`.',
    ),
  site: text(1, 2000)
    .refine((value) => siteOf(value) !== null, 'must be the host or the URL of a site')
    .optional()
    .describe(
      'The host or the URL of the site to which the posts belong. If omitted, the file names it. Use it after a site has moved to another host, and for Ghost exports with links to the site itself.',
    )
    .meta({ examples: ['blog.example'] }),
  postLinks: template('posts')
    .optional()
    .meta({ examples: ['https://www.example.com/posts/{slug}'] }),
  pageLinks: template('pages')
    .describe(
      'The address of a page in your front end, like `postLinks`. If omitted, pages have the addresses of posts.',
    )
    .optional()
    .meta({ examples: ['https://www.example.com/{slug}'] }),
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

const Repair = z
  .object({
    kind: z
      .string()
      .describe(
        'The kind of the fault: `character`, `byte`, `entity`, `ampersand`, `bracket`, `prefix`, `section` or `outside`.',
      )
      .meta({ examples: ['character'] }),
    count: Count.describe('How often the fault occurs in the file.').meta({ examples: [3] }),
    line: Count.describe('The line of the first occurrence, counted from 1.').meta({ examples: [611] }),
    column: Count.describe('The column of the first occurrence, counted from 1.').meta({ examples: [12] }),
    example: z
      .string()
      .describe('The first occurrence.')
      .meta({ examples: ['U+000B'] }),
    description: z
      .string()
      .describe('What the import did.')
      .meta({ examples: ['characters that XML does not allow were removed, or replaced by a space'] }),
  })
  .meta({ id: 'ImportRepair' });

const Outcome = z
  .enum(['imported', 'present', 'skipped'])
  .meta({ id: 'ImportOutcome', examples: ['skipped'] });
const Kind = z
  .string()
  .describe(
    'The kind of the item: `author`, `tag`, `post`, `page`, `comment`, or the term that the file uses.',
  )
  .meta({ examples: ['attachment'] });
const Key = z
  .string()
  .describe('The identifier of the item in the file.')
  .meta({ examples: ['611'] });

const Item = z
  .object({
    outcome: Outcome,
    kind: Kind,
    key: Key,
    title: z.string().meta({ examples: ['dsc20050604'] }),
    reasons: z.array(z.string()).meta({ examples: [['media files are not imported']] }),
  })
  .meta({ id: 'ImportItem' });

const Group = z
  .object({
    outcome: Outcome,
    kind: Kind,
    reason: z
      .string()
      .describe('The reason. Texts that differ between the items are replaced by `"…"`.')
      .meta({ examples: ['media files are not imported'] }),
    count: Count.describe('The number of items, or of values if an item has several of them.').meta({
      examples: [1],
    }),
    examples: z
      .array(
        z
          .object({
            key: Key,
            title: z.string().meta({ examples: ['dsc20050604'] }),
            reason: z
              .string()
              .describe('The reason of this item, with its own texts.')
              .meta({ examples: ['media files are not imported'] }),
          })
          .meta({ id: 'ImportExample' }),
      )
      .describe('The first items of the group, at most 3.'),
  })
  .meta({ id: 'ImportGroup' });

const Omitted = z
  .object({
    kind: z
      .string()
      .describe(
        'The kind of the items that have the field, `site` for a value of the whole file, or `table`.',
      )
      .meta({ examples: ['post'] }),
    field: z
      .string()
      .describe('The name of the field or table in the file.')
      .meta({ examples: ['wp:ping_status'] }),
    count: Count.describe('The number of values, or of rows of a table.').meta({ examples: [58] }),
    internal: z
      .boolean()
      .describe('True if only the other system needs the field, so that readers miss nothing.')
      .meta({ examples: [true] }),
    key: Key,
    title: z
      .string()
      .describe('The title of the first item that has a value.')
      .meta({ examples: ['dsc20050604'] }),
  })
  .meta({ id: 'ImportOmission' });

export const ImportReportView = z
  .object({
    format: Format,
    dryRun: z.boolean().describe('True if this was a dry run and all changes were rolled back.'),
    counts: z
      .record(z.string(), Counts)
      .describe(
        'The counts for each kind of item: `author`, `tag`, `post`, `page`, `comment`, and other kinds that the file contains.',
      )
      .meta({
        examples: [
          {
            author: { imported: 1, present: 0, skipped: 0 },
            post: { imported: 58, present: 0, skipped: 0 },
            attachment: { imported: 0, present: 0, skipped: 1 },
          },
        ],
      }),
    // A repeated request can return a report that an earlier release has stored, without hints.
    hints: z
      .array(z.string())
      .default([])
      .describe(
        'What the person who imports must know: that media files stay at the former site, and which parameters had no effect on posts that were already present.',
      )
      .meta({
        examples: [
          [
            'Media files were not copied (1). Posts show them from their former addresses: keep these files there.',
          ],
        ],
      }),
    groups: z
      .array(Group)
      .describe(
        'The skipped or changed items, grouped by kind and reason. Posts, drafts and lost content come first, attachments and menus last.',
      ),
    items: z
      .array(Item)
      .describe(
        'The items that were skipped or changed, with the reasons. Contains the first 10,000 items, or fewer if they are long.',
      ),
    unlisted: count(
      'The number of further skipped or changed items that `items` does not contain. The command `galley import` lists all of them.',
    ),
    links: z
      .object({
        rewritten: count('The number of links that lead to the new addresses.'),
        kept: count('The number of links that still lead to the former addresses. `items` lists them.'),
      })
      .meta({ id: 'ImportLinks' })
      .describe('The links of new posts to other imported posts.'),
    omitted: z
      .array(Omitted)
      .describe(
        'The fields of the file for which Galley has no place, with one entry for each kind and name. Content comes first, and what only the other system requires comes last.',
      ),
    repairs: z
      .array(Repair)
      .describe(
        'The faults of the file that the import repaired, with one entry for each kind. It is empty for a valid file.',
      ),
  })
  .meta({ id: 'ImportReport' });
export type ImportReportView = z.input<typeof ImportReportView>;
