import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { VIAS } from '../platform/origin/origin.js';
import { csv, Id, page, text, Timestamp } from '../platform/schemas/schemas.js';

const Via = z.enum(VIAS).meta({ id: 'AuditVia' });

const AuditActor = z
  .object({
    id: Id.nullable().describe(
      'The id of the account. Null if the request had no credentials, and for commands and work of the server.',
    ),
    name: z
      .string()
      .nullable()
      .describe('The current name of the account, or the name of the command or the work of the server.')
      .meta({ examples: ['Ada Lovelace'] }),
    via: Via.describe(
      'How the actor was identified. `cli` is a command, and `system` is periodic work of the server.',
    ),
    credentialId: Id.nullable().describe('The id of the session or the token.'),
  })
  .meta({ id: 'AuditActor' });

const AuditTarget = z
  .object({
    type: z.string().meta({ examples: ['post'] }),
    id: z.string().meta({ examples: ['019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] }),
  })
  .meta({ id: 'AuditTarget' });

export const AuditEntryView = z.object({
  id: Id,
  at: Timestamp.describe('The time of the write.'),
  actor: AuditActor,
  action: z
    .string()
    .describe(
      'The type of the target and what happened to it. An action never changes its meaning. New actions can be added.',
    )
    .meta({ examples: ['post.unpublished'] }),
  target: AuditTarget,
  network: z
    .string()
    .nullable()
    .describe('The address of the client. IPv6 addresses are reduced to their /64.')
    .meta({ examples: ['127.0.0.1'] }),
  requestId: z
    .string()
    .nullable()
    .describe('The `X-Request-Id` of the request.')
    .meta({ examples: ['7b1e9c55-0f2d-4f1c-8a41-019a2f6e7d3c'] }),
  changes: z
    .record(z.string(), z.array(z.unknown()).length(2))
    .nullable()
    .describe(
      'The values of each changed field before and after. The log keeps at most 500 characters of a value, and for bodies and other long fields only the name, with the values `[null, null]`. It never contains secrets.',
    )
    .meta({ examples: [{ status: ['published', 'draft'] }] }),
});
export type AuditEntryView = z.infer<typeof AuditEntryView>;

/** Entries of other releases can have actions and types that this one does not know, so that only the form is checked. */
const Action = text(1, 100).refine(
  (value) => /^[a-z_]+\.[a-z_]+$/.test(value),
  'must be an action such as post.published. For all actions on posts, use filter[targetType]=post',
);
const TargetType = text(1, 100).refine(
  (value) => /^[a-z_]+$/.test(value),
  'must be a type such as post or user',
);

export const ListAuditQuery = listQuery({
  sort: ['at'],
  defaultSort: '-at',
  fields: ['id', 'at', 'actor', 'action', 'target', 'network', 'requestId', 'changes'],
  filters: {
    actor: csv(Id).describe('Returns the entries of one of these accounts, given by id.'),
    via: csv(Via),
    action: csv(Action).describe(
      'Returns entries with one of these actions, such as `post.published`. Patterns such as `post.*` are not supported: use `filter[targetType]`. No entry has an action that does not exist.',
    ),
    targetType: csv(TargetType).describe(
      'Returns entries about one of these types, such as `post` or `user`. No entry has a type that does not exist.',
    ),
    targetId: csv(text(1, 200)).describe('Returns entries about one of these targets, given by id.'),
    at: { gte: Timestamp, lt: Timestamp },
  },
  hints: {
    actor: ['filter[actor]=<id of the account>', 'actor_id', 'user', 'user_id', 'by', 'who'],
    via: ['filter[via]=cli', 'source', 'origin'],
    action: ['filter[action]=post.published', 'event', 'event_type', 'type', 'verb', 'operation'],
    targetType: ['filter[targetType]=post', 'resource', 'resource_type', 'object_type', 'entity'],
    targetId: ['filter[targetId]=<id>', 'target', 'resource_id', 'object_id', 'subject'],
    at: [
      'filter[at][gte]=2026-01-01T00:00:00Z',
      'since',
      'until',
      'to',
      'before',
      'date',
      'time',
      'created_at',
    ],
  },
});
export type ListAuditQuery = z.output<typeof ListAuditQuery>;

export const AuditPage = page(
  'AuditPage',
  AuditEntryView.partial().required({ id: true }).meta({ id: 'AuditEntry' }),
);
