import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { type Principal, type Role, ROLES } from './principal.js';
import { RouteFacts } from '../routes/route-config.js';

/** Who may do one thing. A feature declares its own in `<feature>.access.ts`. */
export interface Permission {
  /** The least role that may do it to what is theirs. */
  own: Role;
  /** The least role that may do it to anybody's. */
  all: Role;
}

/** For what belongs to nobody. */
export const from = (role: Role): Permission => ({ own: role, all: role });

const atLeast = (role: Role, least: Role) => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** May they do it at all, if only to what is theirs? */
export const may = (who: Principal, permission: Permission): boolean => atLeast(who.role, permission.own);

/** May they do it to what belongs to others? */
export const mayAll = (who: Principal, permission: Permission): boolean => atLeast(who.role, permission.all);

export const ALLOW = 'galley:allow';
export const PUBLIC = 'galley:public';

/** Closes a route to those whom the permission does not name. */
export const Allow = (permission: Permission) =>
  applyDecorators(SetMetadata(ALLOW, permission), ApiExtension('x-access', permission));

const FROM_ROLE_UP: Record<Role, string> = {
  user: 'Requires authentication.',
  author: 'Requires the role `author`, `editor` or `admin`.',
  editor: 'Requires the role `editor` or `admin`.',
  admin: 'Requires the role `admin`.',
};

/** A permission in words, for the OpenAPI document. */
export function whoMay({ own, all }: Permission): string {
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
