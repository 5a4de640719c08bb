import { z } from 'zod';
import { listQuery } from '../../platform/lists/list-query.js';
import {
  AnySlug,
  EXAMPLE_TIME,
  Id,
  page,
  STANDS_FOR,
  Timestamp,
  Version,
} from '../../platform/schemas/schemas.js';
import { BodyFormat, Note, PostType } from '../post-fields.schemas.js';
import { MetaView } from '../post-meta.schemas.js';
import { AuthorView, RevisionNumber } from '../post-view.schemas.js';
import { REVISED_FIELDS } from './revised-post.js';

/** The largest value of PostgreSQL's `integer`. */
const MOST_NUMBER = 2 ** 31 - 1;

/** The number of a revision in a path. */
export const RevisionKey = z
  .string()
  .refine(
    (value) => /^[1-9]\d{0,9}$/.test(value) && Number(value) <= MOST_NUMBER,
    `must be the number of a revision: a whole number from 1 to ${MOST_NUMBER}`,
  )
  .transform(Number)
  .meta({ [STANDS_FOR]: RevisionNumber });

export const DiffQuery = z.strictObject({
  against: RevisionKey.optional().describe(
    'The number of the revision to compare with. Default: the revision before this one.',
  ),
});
export type DiffQuery = z.output<typeof DiffQuery>;

const RevisedField = z
  .enum(REVISED_FIELDS as [string, ...string[]])
  .meta({ id: 'RevisedField', examples: ['title'] });

export const RestoreRevision = z
  .strictObject({
    fields: z
      .array(z.enum(REVISED_FIELDS))
      .min(1)
      .max(REVISED_FIELDS.length)
      .optional()
      .describe('The fields to restore. Default: all.')
      .meta({ examples: [['title', 'body']] }),
    note: Note,
  })
  .meta({ id: 'RestoreRevision', examples: [{ fields: ['title', 'body'], note: 'Back to the first text' }] });
export type RestoreRevision = z.infer<typeof RestoreRevision>;

const item = {
  number: RevisionNumber,
  title: z.string().meta({ examples: ['Hello, world'] }),
  note: z
    .string()
    .nullable()
    .describe('What the editor wrote about the edit.')
    .meta({ examples: ['Corrects the date'] }),
  author: AuthorView.nullable().describe(
    'The account that made the edit. Null if it no longer exists, or if the content was imported or written by an earlier release of the server.',
  ),
  createdAt: Timestamp.meta({ examples: [EXAMPLE_TIME] }),
  state: z
    .enum(['current', 'past', 'pending'])
    .describe(
      '`current` is what the post contains, `pending` is its private edit, and `past` is everything else, including private edits that were replaced or discarded.',
    )
    .meta({ id: 'RevisionState', examples: ['current'] }),
  changed: z
    .array(RevisedField)
    .describe('The fields that differ from the revision before. Empty for the first one.')
    .meta({ examples: [['title', 'body']] }),
  version: Version.nullable().describe(
    'The version of the post that the edit created. Null for a private edit that was not published as it is. With the version in an old ETag you find the revision that an editor started from.',
  ),
  restoredFrom: RevisionNumber.nullable()
    .describe('The number of the revision that the edit restored. Null for any other edit.')
    .meta({ examples: [null] }),
};

export const RevisionItemView = z.object(item).meta({ id: 'RevisionItem' });
export type RevisionItemView = z.infer<typeof RevisionItemView>;

export const RevisionView = z
  .object({
    ...item,
    type: PostType,
    slug: AnySlug,
    excerpt: z
      .string()
      .nullable()
      .describe('The summary that an editor wrote. Null if the server creates it from the body.')
      .meta({ examples: [null], contentMediaType: 'text/plain' }),
    body: z.string().meta({ examples: ['The first *words*.'] }),
    bodyFormat: BodyFormat,
    tags: z
      .array(z.string())
      .describe('The names of the tags at that time.')
      .meta({ examples: [['PostgreSQL', 'Databases']] }),
    parentId: Id.nullable().meta({ examples: [null] }),
    featured: z.boolean(),
    commentsOpen: z.boolean().meta({ examples: [true] }),
    meta: MetaView.meta({ examples: [{}] }),
  })
  .meta({ id: 'Revision' });
export type RevisionView = z.infer<typeof RevisionView>;

const valueOf = (example: string) =>
  z
    .unknown()
    .describe('The value of the field, or null if it has none.')
    .meta({ examples: [example] });

const NO_END = '\\ No newline at end of file';
const DIFFERENCE = [
  '--- 1',
  '+++ 2',
  '@@ -1,1 +1,1 @@',
  '-The words.',
  NO_END,
  '+The first *words*.',
  NO_END,
  '',
].join('\n');

export const RevisionDiffView = z
  .object({
    from: RevisionNumber.nullable()
      .describe(
        'The number of the revision before. Null if there is none: then the difference is the whole content.',
      )
      .meta({ examples: [1] }),
    to: RevisionNumber,
    fields: z
      .array(
        z
          .object({ name: RevisedField, before: valueOf('Hello'), after: valueOf('Hello, world') })
          .meta({ id: 'RevisionFieldDiff' }),
      )
      .describe('The fields that differ, except the body.')
      .meta({ examples: [[{ name: 'title', before: 'Hello', after: 'Hello, world' }]] }),
    body: z
      .string()
      .describe(
        'The difference of the bodies as a unified diff with three lines of context. Empty if they are equal. Bodies that are too large or have too little in common are replaced as a whole.',
      )
      .meta({ examples: [DIFFERENCE] }),
  })
  .meta({ id: 'RevisionDiff' });
export type RevisionDiffView = z.infer<typeof RevisionDiffView>;

export const ListRevisionsQuery = listQuery({
  sort: ['number'],
  defaultSort: '-number',
  fields: ['number', 'title', 'note', 'author', 'createdAt', 'state', 'changed', 'version', 'restoredFrom'],
  identity: 'number',
});
export type ListRevisionsQuery = z.output<typeof ListRevisionsQuery>;

export const RevisionPage = page(
  'RevisionPage',
  RevisionItemView.partial().required({ number: true }).meta({ id: 'RevisionListItem' }),
);
