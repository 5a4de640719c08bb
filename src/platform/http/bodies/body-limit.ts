import { ValidationFailed } from '../../errors/problems.js';
import { exceeds } from '../../json/bounds.js';

/** Bytes that a JSON body may have; longer ones are 413. */
export const BODY_LIMIT = 1024 * 1024;

/** Of a body, nested ones included, or of a query. No request has as many: a post has a dozen fields and 20 tags. */
export const MOST_FIELDS = 1000;

/** Of objects and lists within one another. No body that is valid anywhere has more than three. */
const MOST_LEVELS = 100;

/**
 * Decides before a body is parsed whether it is worth it: 1 MiB of objects whose keys all differ holds the process
 * up for most of a second, also where the answer is that a limit is used up.
 * @throws ValidationFailed
 */
export function refuseBoundless(body: string): void {
  const bound = exceeds(body, { depth: MOST_LEVELS, values: MOST_FIELDS });
  if (bound === 'depth')
    throw beyond('too_many_levels', `has more than ${MOST_LEVELS} levels of nested objects and arrays`);
  if (bound === 'values') throw tooManyFields(`has more than ${MOST_FIELDS} fields and values`);
}

export const tooManyFields = (found: string): ValidationFailed =>
  beyond('too_many_fields', `${found}; at most ${MOST_FIELDS} are allowed`);

const beyond = (code: string, message: string) => new ValidationFailed([{ path: '', code, message }]);
