import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { deliverableAddress } from '../platform/mail/mail-address.js';
import { withFieldHints } from '../platform/schemas/field-hints.js';
import { ROLES } from '../platform/http/access/principal.js';
import {
  atMost,
  Count,
  csv,
  queryFlag,
  Id,
  page,
  text,
  Timestamp,
  Version,
  WebAddress,
} from '../platform/schemas/schemas.js';

export const PersonName = text(1, 100).meta({ examples: ['Ada Lovelace'] });

/** Exactly one @ with text on both sides. Only sending mail can verify an address. */
export const Email = atMost(
  z
    .string()
    .regex(/^[^\s@\0]+@[^\s@\0]+$/, 'must be an email address')
    .refine((value) => value.isWellFormed(), 'must be an email address'),
  254,
).meta({ examples: ['ada@example.com'] });

/** The address of a new account, which a mail server can accept: no quotes, comments or IP addresses. */
export const NewEmail = atMost(
  z
    .string()
    .regex(
      /^[^\s@\0<>(),:;"\\[\]]+@[^\s@\0<>(),:;"\\[\]]+$/,
      'must be an email address without spaces and without any of < > ( ) , : ; " \\ [ ]',
    )
    .refine((value) => value.isWellFormed(), 'must be an email address')
    .refine(
      (value) => deliverableAddress(value) !== undefined,
      'must be an email address that a mail server can accept',
    ),
  254,
).meta({ examples: ['ada@example.com'] });

export const Role = z.enum(ROLES).meta({ id: 'Role' });

export const UserView = z
  .object({
    id: Id,
    name: z.string().meta({ examples: ['Ada Lovelace'] }),
    bio: z
      .string()
      .nullable()
      .meta({ examples: ['Writes about engines'] }),
    avatarUrl: z
      .string()
      .nullable()
      .meta({ examples: ['https://example.com/ada.jpg'] }),
    website: z
      .string()
      .nullable()
      .meta({ examples: ['https://example.com/ada'] }),
    createdAt: Timestamp,
    email: z
      .string()
      .nullable()
      .optional()
      .describe(
        'The email address. The response contains it and the fields that follow only for the account itself and for admins.',
      )
      .meta({ examples: ['ada@example.com'] }),
    emailVerified: z.boolean().optional(),
    role: Role.optional().meta({ examples: ['author'] }),
    active: z
      .boolean()
      .optional()
      .meta({ examples: [true] }),
    updatedAt: Timestamp.optional(),
    version: Version.optional(),
  })
  .meta({ id: 'User' });
export type UserView = z.infer<typeof UserView>;

export const ProfileView = UserView.extend({
  followerCount: Count.describe('The number of accounts that follow this one.').meta({ examples: [0] }),
  followingCount: Count.describe('The number of accounts that this one follows.').meta({ examples: [0] }),
  followed: z
    .boolean()
    .optional()
    .describe('True if you follow the account. Absent for anonymous callers and for the account itself.')
    .meta({ examples: [false] }),
}).meta({ id: 'Profile', description: 'An account and the numbers of its followers.' });
export type ProfileView = z.infer<typeof ProfileView>;

const profile = {
  name: PersonName.optional(),
  bio: text(0, 2000)
    .nullable()
    .optional()
    .meta({ examples: ['Writes about engines'] }),
  avatarUrl: WebAddress.nullable().optional(),
  website: WebAddress.nullable().optional(),
};

export const UpdateMe = z.strictObject(profile).meta({
  id: 'UpdateMe',
  examples: [
    {
      bio: 'Writes about engines',
      avatarUrl: 'https://example.com/ada.jpg',
      website: 'https://example.com/ada',
    },
  ],
});
export type UpdateMe = z.infer<typeof UpdateMe>;

export const UpdateUser = withFieldHints(
  z
    .strictObject({ ...profile, role: Role.optional() })
    .meta({ id: 'UpdateUser', examples: [{ role: 'editor' }] }),
  {
    active:
      'cannot be changed by PATCH; use POST /api/v1/users/{id}/disable or POST /api/v1/users/{id}/enable',
  },
);
export type UpdateUser = z.infer<typeof UpdateUser>;

const FIELDS = [
  'id',
  'name',
  'bio',
  'avatarUrl',
  'website',
  'createdAt',
  'email',
  'emailVerified',
  'role',
  'active',
  'updatedAt',
  'version',
] as const;

export const ListUsersQuery = listQuery({
  sort: ['createdAt', 'name'],
  defaultSort: '-createdAt',
  fields: FIELDS,
  filters: {
    role: csv(Role),
    active: queryFlag().describe('Returns only active accounts if true, only disabled accounts if false.'),
  },
  hints: {
    role: ['filter[role]=editor'],
    active: ['filter[active]=false', 'status', 'state', 'enabled', 'disabled', 'blocked'],
  },
});
export type ListUsersQuery = z.output<typeof ListUsersQuery>;

export const UserPage = page('UserPage', UserView.partial().required({ id: true }).meta({ id: 'UserItem' }));
