import { z } from 'zod';

/** A type of events, or a pattern of types. */
export const EventPattern = z
  .string()
  .max(60)
  .regex(/^(?:\*|[a-z]+\.(?:\*|[a-z]+))$/, 'must be a type such as post.published, post.* or *')
  .meta({ examples: ['post.*'] });

/** True if one of the patterns covers the type: `*`, `post.*`, or the type itself. */
export const covers = (patterns: readonly string[], type: string): boolean =>
  patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );

/** Returns the first pattern that covers no known type. */
export const unknownPattern = (patterns: readonly string[], known: readonly string[]): string | undefined =>
  patterns.find((pattern) => !known.some((type) => covers([pattern], type)));
