import { empty, type Sql } from 'sql-template-tag';
import { sql } from '../database/database.js';
import { ValidationFailed } from '../errors/request-problems.js';
import type { LoggedEvent } from '../events/event.js';
import type { Principal } from '../http/access/principal.js';
import { covers, unknownPattern } from './event-patterns.js';
import type { EventViews } from './event-views.js';

/** What a caller can learn of. */
interface EventRights {
  by: Principal | null;
  /** The types of resources of which the caller can learn everything. */
  allOf: string[];
  /** The types of resources of which the caller can see its own ones, whoever else can. */
  ownOf: string[];
}

/** What a caller can learn of and wants to know. */
export interface EventScope extends EventRights {
  types: string[];
}

export const rightsOf = (views: EventViews, by: Principal | null): EventRights => ({
  by,
  allOf: views.allSeenBy(by),
  ownOf: views.ownSeenBy(by),
});

/**
 * @param patterns such as `post.published`, `post.*` and `*`
 * @param others further types that the request can name
 * @throws ValidationFailed for a type that does not exist
 */
export function scopeOf(
  views: EventViews,
  patterns: string[],
  by: Principal | null,
  others: string[] = [],
): EventScope {
  const known = views.types();
  const nameable = [...known, ...others];
  const unknown = unknownPattern(patterns, nameable);
  if (unknown !== undefined) throw unknownType(unknown, nameable);
  const types = known.filter((type) => covers(patterns, type));
  return { types, ...rightsOf(views, by) };
}

/** The same rule as `concerns`. */
export function visibleTo({ types, allOf, by }: EventScope): Sql {
  const more = by
    ? sql`OR e.owner_ids @> ARRAY[${by.id}::uuid] OR e.resource_type = ANY(${allOf}::text[])`
    : empty;
  return sql`AND e.type = ANY(${types}::text[]) AND (e.is_public ${more})`;
}

/** The same rule as `visibleTo`. */
export const concerns = ({ type, isPublic, ownerIds, resource }: LoggedEvent, scope: EventScope) =>
  scope.types.includes(type) &&
  (isPublic ||
    (scope.by !== null && (ownerIds.includes(scope.by.id) || scope.allOf.includes(resource.type))));

function unknownType(pattern: string, known: string[]): ValidationFailed {
  const message = `must be types of events; there is no type ${pattern}, but ${known.toSorted().join(', ')}`;
  return new ValidationFailed([{ path: 'types', code: 'unknown_type', message }]);
}
