import { z } from 'zod';
import { Problem as AnyProblem, type ProblemClass } from '../errors/problem.js';
import * as general from '../errors/problems.js';
import { text } from './schemas.js';

const catalogue = new Map<string, ProblemClass>(
  Object.values(general)
    .filter((value) => value.prototype instanceof AnyProblem)
    .map((problem) => [problem.code, problem]),
);

/** Adds a route's own problems to the catalogue. */
export function documentProblems(problems: ProblemClass[]): void {
  for (const problem of problems) catalogue.set(problem.code, problem);
}

/** Every problem that some route documents, by code. */
export const knownProblems = (): ProblemClass[] =>
  [...catalogue.values()].sort((a, b) => (a.code < b.code ? -1 : 1));

/** Where people read about a code: the page that the docs module serves. */
export const problemType = (code: string): string => `/docs/problems#${code}`;

/** RFC 9457, `application/problem+json`. */
export const ProblemDocument = z
  .object({
    type: z.string().describe('Where the code is explained'),
    title: text(1, 200),
    status: z.int(),
    detail: z.string().describe('For people; may change'),
    instance: z.string().describe('The path that was asked for'),
    code: z
      .string()
      .describe('For programs; never changes')
      .meta({ examples: ['post_not_found'] }),
    requestId: z.string(),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .max(20)
      .optional()
      .describe('The faults of a request that is not valid, at most 20'),
  })
  .meta({ id: 'Problem' });
