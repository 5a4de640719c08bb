import type { TagVersion } from './entity-tags.js';

const VERSION = Symbol('version');

/** Gives a view a version for its ETag that its body does not contain, or contains without its part. */
export const versioned = <T extends object>(view: T, version: TagVersion): T =>
  Object.defineProperty(view, VERSION, { value: version, enumerable: false });

/** Returns the version of a view, which can be hidden or visible. */
export function versionOf(view: unknown): TagVersion | undefined {
  if (typeof view !== 'object' || view === null) return undefined;
  const { [VERSION]: hidden, version } = view as { [VERSION]?: TagVersion; version?: unknown };
  return hidden ?? (typeof version === 'number' ? version : undefined);
}
