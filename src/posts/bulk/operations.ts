import { type Precondition, preconditionOf } from '../../platform/http/answers/conditions.js';
import { validatePart } from '../../platform/http/contract/validation.js';
import {
  InvalidIfMatch,
  PreconditionFailed,
  PreconditionRequired,
} from '../../platform/errors/condition-problems.js';
import { Problem } from '../../platform/errors/problem.js';
import { ValidationFailed } from '../../platform/errors/request-problems.js';
import { fieldHint } from '../../platform/schemas/field-hints.js';
import { CreatePost, SchedulePost, UpdatePost } from '../post-requests.schemas.js';
import { BulkOperation, MOST_OPERATIONS } from './bulk.schemas.js';

/** A valid operation, with the conditions of its change. */
export type Operation = BulkOperation & { expected: Precondition };

const BODIES: Record<string, object> = { create: CreatePost, update: UpdatePost, schedule: SchedulePost };

/**
 * Returns a valid operation, or the problem of an invalid one.
 * @param index its place in the request
 * @param requiresIfMatch the setting REQUIRE_IF_MATCH
 */
export function operationOf(given: unknown, index: number, requiresIfMatch: boolean): Operation | Problem {
  const { op } = (given ?? {}) as { op?: unknown };
  const hintOf = (name: string, path: string) =>
    path === 'body' && typeof op === 'string' ? fieldHint(BODIES[op], name) : undefined;
  const valid = validatePart(BulkOperation, given, hintOf);
  if ('faults' in valid)
    return new ValidationFailed(valid.faults.map((fault) => ({ ...fault, path: below(index, fault.path) })));
  const operation = valid.value;
  const match = 'ifMatch' in operation ? operation.ifMatch : undefined;
  try {
    return { ...operation, expected: preconditionOf({ 'if-match': match }, requiresIfMatch) };
  } catch (error) {
    if (error instanceof Problem) return placed(error, index);
    throw error;
  }
}

const CONDITIONS = [InvalidIfMatch, PreconditionFailed, PreconditionRequired];

/** The faults of a body that only its service finds have paths in the body, and a condition is not that of a header. */
export function placed(problem: Problem, index: number): Problem {
  const Condition = CONDITIONS.find((one) => problem instanceof one);
  if (Condition) return new Condition(below(index, 'ifMatch'));
  if (!(problem instanceof ValidationFailed)) return problem;
  if (problem.errors.some(({ path }) => path.startsWith(below(index, '')))) return problem;
  return new ValidationFailed(
    problem.errors.map((fault) => ({ ...fault, path: below(index, `body.${fault.path}`) })),
  );
}

const below = (index: number, path: string): string => `operations.${index}${path && `.${path}`}`;

/** The number of operations of a request that may not be valid, for the rate limits. */
export function operationsIn(body: unknown): number {
  const { operations } = (body ?? {}) as { operations?: unknown };
  return Array.isArray(operations) && operations.length <= MOST_OPERATIONS ? operations.length : 1;
}
