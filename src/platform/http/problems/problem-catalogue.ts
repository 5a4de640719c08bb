import { z } from 'zod';
import { Problem as AnyProblem, type ProblemClass } from '../../errors/problem.js';
import * as body from '../../errors/body-problems.js';
import * as caller from '../../errors/caller-problems.js';
import * as condition from '../../errors/condition-problems.js';
import * as idempotency from '../../errors/idempotency-problems.js';
import * as request from '../../errors/request-problems.js';
import * as server from '../../errors/server-problems.js';

const general = { ...body, ...caller, ...condition, ...idempotency, ...request, ...server };
const catalogue = new Map<string, ProblemClass>(
  Object.values(general)
    .filter((value) => value.prototype instanceof AnyProblem)
    .map((problem) => [problem.code, problem]),
);

/** Adds the problems of a route to the catalogue. */
export function documentProblems(problems: ProblemClass[]): void {
  for (const problem of problems) catalogue.set(problem.code, problem);
}

/** Returns all documented problems, by code. */
export const knownProblems = (): ProblemClass[] =>
  [...catalogue.values()].sort((a, b) => (a.code < b.code ? -1 : 1));

/** Returns the URL of the page that explains a code. The docs module serves it. */
export const problemType = (code: string): string => `/docs/problems#${code}`;

/** Returns an example of a problem. A real `detail` is more specific. */
export const exampleOf = ({ code, status, title }: ProblemClass, instance: string) => ({
  type: problemType(code),
  title,
  status,
  detail: title,
  instance,
  code,
  requestId: '6f1f4a0e-6a0c-4a4e-9a49-0f6ac4e0a1c2',
});

const FieldFault = z
  .object({
    path: z
      .string()
      .describe(
        'The location of the fault, such as `title`, `tags.2` or `filter[status]`. Empty if the fault concerns the whole request.',
      )
      .meta({ examples: ['title'] }),
    code: z.string().meta({ examples: ['custom'] }),
    message: z.string().meta({ examples: ['must have at most 200 characters'] }),
  })
  .meta({ id: 'FieldFault' });

/** RFC 9457, `application/problem+json`. */
export const ProblemDocument = z
  .object({
    type: z.string().describe('A URI reference to the explanation of the code.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('An explanation of this error for people. The text can change.'),
    instance: z.string().describe('The path of the request.'),
    code: z
      .string()
      .describe('The reason for the error, for use by programs.')
      .meta({ pattern: '^[a-z][a-z0-9_]*$', maxLength: 64 }),
    requestId: z
      .string()
      .describe('The id of the request in the server log.')
      .meta({ examples: ['6f1f4a0e-6a0c-4a4e-9a49-0f6ac4e0a1c2'] }),
    operation: z
      .int()
      .min(0)
      .max(99)
      .optional()
      .describe(
        'The operation that failed, as its index in a request with several operations that are performed together.',
      )
      .meta({ examples: [0] }),
    errors: z
      .array(FieldFault)
      .max(20)
      .optional()
      .describe('The faults of an invalid request. Contains at most 20 faults.'),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof ProblemDocument>;
