import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteSchema } from '@nestjs/platform-fastify';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { ProblemClass } from '../../errors/problem.js';
import { MalformedRequest, ValidationFailed } from '../../errors/request-problems.js';
import { toSerializerSchema } from './json-schema.js';
import { documentProblems } from '../problems/problem-catalogue.js';

const DESCRIPTIONS: Record<number, string> = {
  200: 'The request succeeded.',
  201: 'The resource was created.',
  204: 'The request succeeded. The response has no body.',
  207: 'The operations were performed one by one, and each result has its own status.',
};

type Success = 200 | 201 | 204 | 207;

/**
 * Declares the responses of a route: the status and the view of success, and its own problems.
 * The view documents the response and serializes it, so the process never sends a field that is not in the view.
 * @param statuses the usual one first. The handler sets any other
 */
export function Returns(statuses: Success | Success[], view: z.ZodType | null, ...problems: ProblemClass[]) {
  const all = [statuses].flat();
  const standard = view ? { standardSchema: view } : {};
  const response = Object.fromEntries(all.map((status) => [status, view && toSerializerSchema(view)]));
  return applyDecorators(
    HttpCode(all[0] as Success),
    ...all.map((status) => ApiResponse({ status, description: DESCRIPTIONS[status], ...standard })),
    ...problemResponses(problems),
    ...(view ? [RouteSchema({ response })] : []),
  );
}

/** Declares the problems of a route. */
export function problemResponses(problems: ProblemClass[]) {
  documentProblems(problems);
  const listed = problems.some((problem) => problem.status === 400)
    ? [ValidationFailed, MalformedRequest, ...problems]
    : problems;
  return byStatus(listed).map(([code, group]) => ApiResponse(problemResponse(code, group)));
}

const byStatus = (problems: ProblemClass[]): [number, ProblemClass[]][] =>
  [...Map.groupBy(problems, (problem) => problem.status)].sort(([a], [b]) => a - b);

export function problemResponse(status: number, problems: ProblemClass[]) {
  return {
    status,
    description: problems.map((problem) => `\`${problem.code}\`: ${problem.title}`).join('; '),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(
          problems.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

/** Declares the summary and the description of a route. The permission is added automatically. */
export const Summary = (summary: string, description?: string) => ApiOperation({ summary, description });

/** Declares that a former URL of the resource returns its present one. */
export const ReturnsMoved = (description: string) => ApiResponse({ status: 301, description });

/** Declares that a browser receives the same response as a page. */
export const AlsoAsPage = () => ApiExtension('x-page', true);

/** Declares that the response has the time of the last edit. It is no condition: a response changes without an edit, too. */
export const Dated = () => ApiExtension('x-dated', true);

/** Declares that each response of the read differs, so that it has no ETag. Its handler sends `Cache-Control: no-store`. */
export const NotStored = () => ApiExtension('x-not-stored', true);
