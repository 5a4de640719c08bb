import { isDeepStrictEqual } from 'node:util';
import type { Origin } from '../origin/origin.js';

type AuditValue = string | number | boolean | null;

/** The values of the changed fields before and after. `[null, null]` means that the log does not keep the values. */
export type AuditChanges = Record<string, [before: AuditValue, after: AuditValue]>;

/** What a feature records about a write. A feature describes its events in its `*.audit.ts`. */
export interface AuditEvent {
  /** The type of the target and what happened to it, such as `post.published`. It is public API and never changes. */
  action: `${string}.${string}`;
  targetId: string;
  /** Never contains secrets. */
  changes?: AuditChanges;
  /** Differs from the caller of the request if the write itself identified the account, such as a login. */
  by?: Pick<Origin, 'via' | 'accountId' | 'credentialId'>;
}

/** Entries stay small, whatever a value is. */
const MOST_CHARACTERS = 500;

/** Returns the values of those fields that differ. An absent field of `before` or `after` counts as null. */
export function changesBetween<F extends string>(
  before: Partial<Record<NoInfer<F>, unknown>> | null,
  after: Partial<Record<NoInfer<F>, unknown>> | null,
  fields: readonly F[],
): AuditChanges {
  const pairs = fields.map((field) => [field, before?.[field] ?? null, after?.[field] ?? null] as const);
  return Object.fromEntries(
    pairs
      .filter(([, old, young]) => !isDeepStrictEqual(old, young))
      .map(([field, old, young]) => [field, [shown(old), shown(young)]]),
  );
}

/** Names changed fields whose values the log does not keep, for example because they are long. */
export const changedFields = (fields: readonly string[]): AuditChanges =>
  Object.fromEntries(fields.map((field) => [field, [null, null]]));

function shown(value: unknown): AuditValue {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…` : text;
}
