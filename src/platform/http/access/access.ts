import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { type Principal, type Role, ROLES } from './principal.js';
import { RouteFacts } from '../routes/route-config.js';

/** `own`: the least role that may do it to what is theirs. `all`: to anybody's. */
interface Rule {
  own: Role;
  all: Role;
}

const from = (role: Role): Rule => ({ own: role, all: role });

/**
 * Who may do what: the one table. A route names its line with `@Allow('…')`;
 * a service asks `mayAll` where only the owner or a higher role may act.
 */
export const ACCESS = {
  'posts.create': from('author'),
  'posts.edit': { own: 'author', all: 'editor' },
  'posts.import': from('admin'),
  'comments.create': from('user'),
  'comments.edit': { own: 'user', all: 'editor' },
  'comments.moderate': { own: 'author', all: 'editor' },
  'tags.edit': from('editor'),
  'users.manage': from('admin'),
  'account.own': from('user'),
  'health.details': from('admin'),
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof ACCESS;

const atLeast = (role: Role, least: Role) => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** May they do it at all, if only to what is theirs? */
export const may = (who: Principal, permission: Permission): boolean =>
  atLeast(who.role, ACCESS[permission].own);

/** May they do it to what belongs to others? */
export const mayAll = (who: Principal, permission: Permission): boolean =>
  atLeast(who.role, ACCESS[permission].all);

export const ALLOW = 'galley:allow';
export const PUBLIC = 'galley:public';

/** Closes a route to those whose role the table names. */
export const Allow = (permission: Permission) =>
  applyDecorators(SetMetadata(ALLOW, permission), ApiExtension('x-access', permission));

const FROM_ROLE_UP: Record<Role, string> = {
  user: 'Requires authentication.',
  author: 'Requires the role `author`, `editor` or `admin`.',
  editor: 'Requires the role `editor` or `admin`.',
  admin: 'Requires the role `admin`.',
};

/** A line of the table in words, for the OpenAPI document. */
export function whoMay(permission: Permission): string {
  const { own, all }: Rule = ACCESS[permission];
  if (own === all) return FROM_ROLE_UP[own];
  const others = all === 'admin' ? 'Admins' : 'Editors and admins';
  return `${FROM_ROLE_UP[own]} ${own === 'user' ? 'Users' : 'Authors'} can act on their own resources. ${others} can act on all resources.`;
}

export interface PublicOptions {
  /** Do not even look at Authorization: a stale token must not keep anyone from refreshing it. */
  ignoreCredentials?: boolean;
}

/** Opens a route to everyone. What a caller sees there may still depend on who they are. */
export const Public = (options: PublicOptions = {}) =>
  applyDecorators(
    SetMetadata(PUBLIC, options),
    RouteFacts({ ignoresCredentials: options.ignoreCredentials }),
    ApiExtension('x-access', options.ignoreCredentials ? 'ignores-credentials' : 'public'),
  );
