import { z } from 'zod';
import { MOST_CURSOR_CHARACTERS } from '../platform/lists/list-query.js';
import { Id, text } from '../platform/schemas/schemas.js';

export const FeedQuery = z.strictObject({
  tag: text(1, 200).optional().describe('Only posts with this tag, given by slug.'),
  author: Id.optional().describe('Only posts of this author.'),
  cursor: z
    .string()
    .max(MOST_CURSOR_CHARACTERS)
    .optional()
    .describe('The position of a later page, as the link with the relation `next` contains it.'),
});
export type FeedQuery = z.output<typeof FeedQuery>;

export const SitemapQuery = z.strictObject({
  part: z.string().max(1000).optional().describe('The name of a part, as the index contains it.'),
});
