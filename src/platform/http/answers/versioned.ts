const VERSION = Symbol('version');

/** Gives a view a version for its ETag that its body does not contain. */
export const versioned = <T extends object>(view: T, version: number): T =>
  Object.defineProperty(view, VERSION, { value: version, enumerable: false });

/** Returns the version of a view, which can be hidden or visible. */
export function versionOf(view: unknown): number | undefined {
  if (typeof view !== 'object' || view === null) return undefined;
  const { [VERSION]: hidden, version } = view as { [VERSION]?: number; version?: unknown };
  return hidden ?? (typeof version === 'number' ? version : undefined);
}
