import type { ProblemClass } from '../../errors/problem.js';
import { BodyTooLarge, UnsupportedMediaType } from '../../errors/body-problems.js';
import { InvalidToken, NotAllowed, NotSignedIn, TooManyRequests } from '../../errors/caller-problems.js';
import {
  IfNoneMatchFailed,
  InvalidIfMatch,
  PreconditionFailed,
  PreconditionRequired,
} from '../../errors/condition-problems.js';
import {
  HeadersTooLarge,
  InvalidCursor,
  MalformedRequest,
  MethodNotAllowed,
  RequestTimeout,
  RouteNotFound,
  ValidationFailed,
} from '../../errors/request-problems.js';
import { Busy, DatabaseUnavailable, InternalError } from '../../errors/server-problems.js';
import {
  IdempotencyKeyInUse,
  IdempotencyKeyReused,
  InvalidIdempotencyKey,
} from '../../errors/idempotency-problems.js';
import type { JsonSchema } from './json-schema.js';
import { headersOf, headersOfOthers } from './openapi-headers.js';
import type { Operation } from './openapi-shapes.js';
import { exampleOf, knownProblems } from '../problems/problem-catalogue.js';
import { problemResponse } from './returns.decorator.js';

const SHARED: Record<string, { status: number; problems: ProblemClass[] }> = {
  BadRequest: { status: 400, problems: [ValidationFailed, MalformedRequest] },
  NotSignedIn: { status: 401, problems: [NotSignedIn, InvalidToken] },
  InvalidToken: { status: 401, problems: [InvalidToken] },
  NotAllowed: { status: 403, problems: [NotAllowed] },
  IdempotencyKeyInUse: { status: 409, problems: [IdempotencyKeyInUse] },
  VersionMismatch: { status: 412, problems: [PreconditionFailed] },
  PreconditionFailed: { status: 412, problems: [PreconditionFailed, IfNoneMatchFailed] },
  BodyTooLarge: { status: 413, problems: [BodyTooLarge] },
  UnsupportedMediaType: { status: 415, problems: [UnsupportedMediaType] },
  IdempotencyKeyReused: { status: 422, problems: [IdempotencyKeyReused] },
  IfMatchRequired: { status: 428, problems: [PreconditionRequired] },
  TooManyRequests: { status: 429, problems: [TooManyRequests] },
  HeadersTooLarge: { status: 431, problems: [HeadersTooLarge] },
  InternalError: { status: 500, problems: [InternalError] },
  Unavailable: { status: 503, problems: [DatabaseUnavailable, Busy] },
};

const OTHERS = [RouteNotFound, MethodNotAllowed, RequestTimeout];

/** `components.responses`: the problems that routes do not repeat. */
export function sharedResponses(): Record<string, JsonSchema> {
  const shared = Object.entries(SHARED).map(([name, { status, problems: classes }]) => {
    const { status: _status, ...response } = problemResponse(status, classes);
    const facts = { status, isApi: true, isRead: false, isTagged: false, isList: false, takesKey: true };
    return [name, { ...response, headers: headersOf(facts) }] as const;
  });
  const { status: _status, ...others } = problemResponse(0, OTHERS);
  const description = `Any other problem, such as ${others.description}`;
  return {
    ...Object.fromEntries(shared),
    OtherProblem: { ...others, description, headers: headersOfOthers() },
  };
}

/**
 * `components.examples`: an example of each problem that `document` names, by its code.
 * @param instance the path of a request
 */
export const problemExamples = (document: string, instance: string): Record<string, { value: object }> =>
  Object.fromEntries(
    knownProblems()
      .filter(({ code }) => document.includes(`"#/components/examples/${code}"`))
      .map((problem) => [problem.code, { value: exampleOf(problem, instance) }]),
  );

const refer = (name: string) => ({ $ref: `#/components/responses/${name}` });

/** Adds the problems that follow from the input of an operation to those that its route declares. */
export function addSharedProblems(operation: Operation, isApi: boolean): void {
  const { responses, parameters = [] } = operation;
  const takes = (name: string) => parameters.some((parameter) => parameter.name === name);
  const add = (...names: string[]) => {
    for (const name of names) responses[SHARED[name]?.status ?? 0] ??= refer(name);
  };
  const ofHeaders: [string, ProblemClass][] = [
    ['cursor', InvalidCursor],
    ['If-Match', InvalidIfMatch],
    ['Idempotency-Key', InvalidIdempotencyKey],
  ];
  const own = ofHeaders.filter(([name]) => takes(name)).map(([, problem]) => problem);
  if (own.length > 0) responses[400] = extended(responses[400], 400, SHARED.BadRequest?.problems ?? [], own);
  add('BadRequest');
  if (takes('Idempotency-Key') && responses[409])
    responses[409] = extended(responses[409], 409, [], [IdempotencyKeyInUse]);
  if (operation.requestBody) add('BodyTooLarge', 'UnsupportedMediaType');
  if (takes('If-Match')) add('PreconditionFailed', 'IfMatchRequired');
  if (takes('If-None-Match')) add('VersionMismatch');
  if (takes('Idempotency-Key')) add('IdempotencyKeyInUse', 'IdempotencyKeyReused');
  if (isApi) add('TooManyRequests');
  add('HeadersTooLarge', 'InternalError', 'Unavailable');
  responses.default ??= refer('OtherProblem');
}

/** Adds the problems of access: 401 if credentials are read, and 403 if a role is required. */
export function addAccessProblems({ responses }: Operation, access: Operation['x-access']): void {
  if (access === 'ignores-credentials') return;
  responses[401] ??= refer(access === 'public' ? 'InvalidToken' : 'NotSignedIn');
  if (access !== 'public') responses[403] ??= refer('NotAllowed');
}

/** Returns the response with further problems. */
function extended(
  response: JsonSchema | undefined,
  status: number,
  usual: ProblemClass[],
  more: ProblemClass[],
): JsonSchema {
  const added = problemResponse(status, response ? more : [...usual, ...more]);
  if (!response) return { description: added.description, content: added.content };
  const content = response.content as typeof added.content;
  const examples = {
    ...content['application/problem+json'].examples,
    ...added.content['application/problem+json'].examples,
  };
  return {
    ...response,
    description: `${String(response.description)}; ${added.description}`,
    content: { 'application/problem+json': { ...content['application/problem+json'], examples } },
  };
}
