import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { csv, Id, page, text, Timestamp, Version } from '../platform/schemas/schemas.js';

export const CommentStatus = z
  .enum(['visible', 'pending', 'hidden', 'deleted'])
  .meta({ id: 'CommentStatus' });
export type CommentStatus = z.infer<typeof CommentStatus>;

const MOST_BODY_CHARACTERS = 10_000;
const body = text(1, MOST_BODY_CHARACTERS)
  .describe('The text of the comment in Markdown.')
  .meta({ examples: ['Well *said*.'] });

export const CreateComment = z
  .strictObject({
    body,
    parentId: Id.nullable().optional().describe('The id of the comment that this comment replies to.'),
  })
  .meta({ id: 'CreateComment', examples: [{ body: 'Well *said*.' }] });
export type CreateComment = z.infer<typeof CreateComment>;

export const UpdateComment = z
  .strictObject({ body: body.optional() })
  .meta({ id: 'UpdateComment', examples: [{ body: 'Very well *said*.' }] });
export type UpdateComment = z.infer<typeof UpdateComment>;

export const ModerateComment = z
  .strictObject({ status: CommentStatus.exclude(['deleted']).meta({ id: 'ModeratedStatus' }) })
  .meta({ id: 'ModerateComment', examples: [{ status: 'visible' }] });
export type ModerateComment = z.infer<typeof ModerateComment>;

const CommentAuthor = z
  .object({
    id: Id.nullable().describe(
      'Null if a guest wrote the comment. Only imported comments have guests as authors.',
    ),
    name: z.string().meta({ examples: ['Ada Lovelace'] }),
  })
  .meta({ id: 'CommentAuthor' });

export const CommentView = z
  .object({
    id: Id,
    postId: Id,
    parentId: Id.nullable().meta({ examples: [null] }),
    body: z.string().meta({ examples: ['Well *said*.'] }),
    html: z.string().meta({ examples: ['<p>Well <em>said</em>.</p>\n'] }),
    author: CommentAuthor.nullable().describe('Null if the comment is deleted.'),
    status: CommentStatus,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    version: Version,
  })
  .meta({ id: 'Comment' });
export type CommentView = z.infer<typeof CommentView>;

export const ListCommentsQuery = listQuery({
  sort: ['createdAt'],
  defaultSort: 'createdAt',
  fields: [
    'id',
    'postId',
    'parentId',
    'body',
    'html',
    'author',
    'status',
    'createdAt',
    'updatedAt',
    'version',
  ],
  filters: { status: csv(CommentStatus), parentId: csv(Id) },
  hints: {
    status: ['filter[status]=pending', 'state', 'approved'],
    parentId: ['filter[parentId]=<id of the comment>', 'thread', 'reply_to', 'in_reply_to'],
  },
});
export type ListCommentsQuery = z.output<typeof ListCommentsQuery>;

export const CommentPage = page(
  'CommentPage',
  CommentView.partial().required({ id: true }).meta({ id: 'CommentItem' }),
);
