import type { TagVersion } from './entity-tags.js';

const VERSION = Symbol('version');

/** Gives a view a version for its ETag that its body does not contain, or contains without its part. */
export const versioned = <T extends object>(view: T, version: TagVersion): T =>
  Object.defineProperty(view, VERSION, { value: version, enumerable: false });

const TAGGED = Symbol('tagged');

/**
 * Marks the view of a resource that has no version, so that the response to its change has its ETag: the whole tag is the
 * condition of the next change (`checkTag`).
 */
export const tagged = <T extends object>(view: T): T =>
  Object.defineProperty(view, TAGGED, { value: true, enumerable: false });

export const isTagged = (view: unknown): boolean =>
  typeof view === 'object' && view !== null && TAGGED in view;

/** Returns the version of a view, which can be hidden or visible. */
export function versionOf(view: unknown): TagVersion | undefined {
  if (typeof view !== 'object' || view === null) return undefined;
  const { [VERSION]: hidden, version } = view as { [VERSION]?: TagVersion; version?: unknown };
  return hidden ?? (typeof version === 'number' ? version : undefined);
}
