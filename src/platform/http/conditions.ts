import { createHash } from 'node:crypto';
import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { InvalidIfMatch, PreconditionFailed } from '../errors/problems.js';

/** The versions that If-Match allows; null: any (no condition, or `*`). */
export type Precondition = number[] | null;

/** `"<version>-<hash of this representation>"`; a list has the hash alone. */
export function etagOf(payload: string, version: number | undefined): string {
  const hash = createHash('sha256').update(payload).digest('base64url').slice(0, 16);
  return version === undefined ? `"${hash}"` : `"${version}-${hash}"`;
}

const split = (header: string) => header.split(',').map((tag) => tag.trim());
const opaque = (tag: string) => tag.replace(/^W\//, '');

/** RFC 9110 13.1.2: weak comparison of the whole tag. The tag as the caller has it, when it is still right. */
export function matchingTag(header: string, etag: string): string | undefined {
  return header.trim() === '*' ? etag : split(header).find((tag) => opaque(tag) === etag);
}

/**
 * The versions in If-Match. The representation's hash is not compared: a
 * caller who read another view of the same version loses nothing, and a
 * compressing proxy weakens tags (`W/`).
 * @throws InvalidIfMatch
 * @throws PreconditionFailed when no tag there can be one of ours
 */
export function parseIfMatch(header: string | undefined): Precondition {
  if (header === undefined || header.trim() === '*') return null;
  const tags = split(header);
  if (!tags.every((tag) => /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) throw new InvalidIfMatch();
  const versions = tags.flatMap((tag) => /^(?:W\/)?"(\d{1,9})(?:-[\w-]+)?"$/.exec(tag)?.[1] ?? []);
  if (versions.length === 0) throw new PreconditionFailed();
  return versions.map(Number);
}

/** @throws PreconditionFailed */
export function checkVersion(version: number, expected: Precondition): void {
  if (expected && !expected.includes(version)) throw new PreconditionFailed();
}

export const CONDITIONAL = 'galley:conditional';

/** Marks a route whose resource has a version: documents If-Match, and REQUIRE_IF_MATCH applies. */
export const Conditional = () =>
  applyDecorators(
    SetMetadata(CONDITIONAL, true),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'ETag of the version that you change, or its version alone as `"3"`; another present one is 412',
      schema: { type: 'string', maxLength: 8000 }, // an example would be filled in by Swagger UI, and refused
    }),
  );

export const IfMatch = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  parseIfMatch(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);
