import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { type Principal, type Role, ROLES } from './principal.js';
import { RouteFacts } from '../routes/route-config.js';

/** The roles that may perform one kind of action. A feature declares its permissions in `<feature>.access.ts`. */
export interface Permission {
  /** The lowest role that may act on its own resources. */
  own: Role;
  /** The lowest role that may act on the resources of all accounts. */
  all: Role;
}

/** Returns a permission for resources that belong to no account. */
export const from = (role: Role): Permission => ({ own: role, all: role });

const atLeast = (role: Role, least: Role) => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** Tells whether the caller may perform the action, at least on their own resources. */
export const may = (who: Principal, permission: Permission): boolean => atLeast(who.role, permission.own);

/** Tells whether the caller may perform the action on resources of others. */
export const mayAll = (who: Principal, permission: Permission): boolean => atLeast(who.role, permission.all);

export const ALLOW = 'galley:allow';
export const PUBLIC = 'galley:public';

/** Allows only callers with this permission to use the route. */
export const Allow = (permission: Permission) =>
  applyDecorators(SetMetadata(ALLOW, permission), ApiExtension('x-access', permission));

const FROM_ROLE_UP: Record<Role, string> = {
  user: 'Requires authentication.',
  author: 'Requires the role `author`, `editor` or `admin`.',
  editor: 'Requires the role `editor` or `admin`.',
  admin: 'Requires the role `admin`.',
};

/** Describes a permission for the OpenAPI document. */
export function whoMay({ own, all }: Permission): string {
  if (own === all) return FROM_ROLE_UP[own];
  const others = all === 'admin' ? 'Admins' : 'Editors and admins';
  return `${FROM_ROLE_UP[own]} ${own === 'user' ? 'Users' : 'Authors'} can act on their own resources. ${others} can act on all resources.`;
}

export interface PublicOptions {
  /** Ignores the header Authorization, so that an expired token does not prevent a refresh. */
  ignoreCredentials?: boolean;
}

/** Allows everyone to use the route. The response can still depend on the caller. */
export const Public = (options: PublicOptions = {}) =>
  applyDecorators(
    SetMetadata(PUBLIC, options),
    RouteFacts({ ignoresCredentials: options.ignoreCredentials }),
    ApiExtension('x-access', options.ignoreCredentials ? 'ignores-credentials' : 'public'),
  );
