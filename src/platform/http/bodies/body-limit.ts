import { ValidationFailed } from '../../errors/request-problems.js';
import { RouteFacts } from '../routes/route-config.js';
import { exceeds } from '../../json/bounds.js';

/** The maximum number of bytes of a JSON body. Longer ones are rejected with 413. */
export const BODY_LIMIT = 1024 * 1024;

/**
 * The maximum number of fields of a body, including nested ones, or of a query. Valid requests have far fewer: a
 * dozen fields and a list of 20.
 */
export const MOST_FIELDS = 1000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The maximum number of fields and values of a body of the route. Default: `MOST_FIELDS`. */
    mostFields?: number;
  }
}

/** Permits more fields than in other bodies, for a route with several operations in one body. */
export const MostFields = (mostFields: number) => RouteFacts({ mostFields });

/** The maximum depth of nested objects and lists. No valid body has more than three levels. */
const MOST_LEVELS = 100;

/**
 * Decides before a body is parsed. Parsing 1 MiB of objects with different keys blocks the process for most of a
 * second, even if the request is then rejected by a rate limit.
 * @throws ValidationFailed
 */
export function refuseBoundless(body: string, mostFields = MOST_FIELDS): void {
  const bound = exceeds(body, { depth: MOST_LEVELS, values: mostFields });
  if (bound === 'depth')
    throw beyond('too_many_levels', `has more than ${MOST_LEVELS} levels of nested objects and arrays`);
  if (bound === 'values') throw tooManyFields(`has more than ${mostFields} fields and values`, mostFields);
}

export const tooManyFields = (found: string, most = MOST_FIELDS): ValidationFailed =>
  beyond('too_many_fields', `${found}; at most ${most} are allowed`);

const beyond = (code: string, message: string) => new ValidationFailed([{ path: '', code, message }]);
