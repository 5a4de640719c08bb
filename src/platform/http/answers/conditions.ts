import type { IncomingHttpHeaders } from 'node:http';
import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  IfNoneMatchFailed,
  InvalidIfMatch,
  PreconditionFailed,
  PreconditionRequired,
} from '../../errors/condition-problems.js';
import { IF_MATCH_SCHEMA } from '../contract/request-headers.js';
import { findTag, namesPart, readTags, type TagVersion, versionsOf } from './entity-tags.js';

/**
 * The conditions of a change, which are read with the request. `checkVersion` or `checkTag` evaluates them when the
 * request would otherwise succeed (RFC 9110 13.2.1). Neither changes nor reads have conditions by date: a date has a
 * precision of one second, and a response changes without an edit, for example with a comment (0038).
 */
export interface Precondition {
  /** The tags that If-Match permits, or undefined for all. */
  allowed?: string[];
  /** The tags that If-None-Match excludes. `*` excludes all. */
  excluded?: string[] | '*';
  /** True if the deployment requires If-Match and the request has none. */
  missing?: boolean;
}

type Headers = Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>;

/** @throws InvalidIfMatch */
function ifMatchOf(header: string): string[] | '*' {
  const tags = readTags(header);
  if (tags === undefined) throw new InvalidIfMatch();
  return tags;
}

/**
 * Reads the conditions of a change.
 * @throws InvalidIfMatch
 */
export function preconditionOf(headers: Headers, requiresIfMatch: boolean): Precondition {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const allowed = match === undefined ? '*' : ifMatchOf(match);
  const excluded = noneMatch === undefined ? [] : (readTags(noneMatch) ?? []);
  return {
    ...(allowed !== '*' && { allowed }),
    ...(excluded.length > 0 && { excluded }),
    ...(requiresIfMatch && match === undefined && { missing: true }),
  };
}

/**
 * Evaluates the conditions of a change of a resource with a version. A service calls it when the row is locked and the
 * caller may change it, immediately before the change. The hash of the representation is not compared, because a
 * caller who has read another view of the same version loses nothing, and a compressing proxy turns tags into weak
 * ones (`W/`).
 * @throws PreconditionRequired, PreconditionFailed, IfNoneMatchFailed
 */
export const checkVersion = (version: number, expected: Precondition): void =>
  check(expected, (tags) => tags === '*' || versionsOf(tags).includes(version));

/**
 * Like `checkVersion`, for a change that also concerns a part of the resource with its own versions.
 * @param part the version of the part, or null if there is none now
 * @throws PreconditionRequired, PreconditionFailed, IfNoneMatchFailed
 */
export const checkPart = (version: number, part: number | null, expected: Precondition): void =>
  check(expected, (tags) => tags === '*' || namesPart(tags, version, part));

/**
 * Like `checkVersion`, for a resource without a version. It has one representation, whose whole tag is compared.
 * @param etag the tag of what is stored now (`tagOf`)
 * @throws PreconditionRequired, PreconditionFailed, IfNoneMatchFailed
 */
export const checkTag = (etag: string, expected: Precondition): void =>
  check(expected, (tags) => findTag(tags, etag) !== undefined);

function check({ allowed, excluded, missing }: Precondition, names: (tags: string[] | '*') => boolean): void {
  if (missing) throw new PreconditionRequired();
  if (allowed && !names(allowed)) throw new PreconditionFailed();
  if (excluded && names(excluded)) throw new IfNoneMatchFailed();
}

/**
 * Evaluates the conditions of a read against the complete response (RFC 9110 13.2.2).
 * @returns the tag that the caller already has, for a 304
 * @throws InvalidIfMatch, PreconditionFailed
 */
export function heldTag(headers: Headers, etag: string, version: TagVersion | undefined): string | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && !isNamed(ifMatchOf(match), etag, version)) throw new PreconditionFailed();
  const known = noneMatch === undefined ? undefined : readTags(noneMatch);
  return known && findTag(known, etag);
}

/** The value of a header with a time (RFC 9110 5.6.7). */
export const httpDate = (ms: number): string => new Date(ms).toUTCString();

/** A list has no version, so its whole tag is compared. */
const isNamed = (tags: string[] | '*', etag: string, version: TagVersion | undefined): boolean =>
  tags === '*' ||
  (version === undefined
    ? findTag(tags, etag) !== undefined
    : versionsOf(tags).includes(Number.parseInt(String(version), 10)));

export const CONDITIONAL = 'galley:conditional';

const BY_VERSION =
  'The ETag of the version that you change, or its version number alone, such as `"3"`. If the current version is a different one, the request returns 412.';
const BY_TAG =
  'The ETag of the response that you change. There is no version number, so the whole ETag is compared. If the current ETag is a different one, the request returns 412.';

/**
 * Marks a route that evaluates the conditions of a change. It documents If-Match, and REQUIRE_IF_MATCH applies.
 * @param how `checkVersion` or `checkTag`, with which the service compares
 */
export const Conditional = (how: typeof checkVersion | typeof checkTag = checkVersion) =>
  applyDecorators(
    SetMetadata(CONDITIONAL, true),
    ...(how === checkTag ? [ApiExtension('x-tagged', true)] : []),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: how === checkTag ? BY_TAG : BY_VERSION,
      schema: IF_MATCH_SCHEMA, // There is no example, because Swagger UI would send it.
    }),
  );

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes with `@Conditional()`. RequestRulesGuard reads it. */
    precondition?: Precondition;
  }
}

/** The conditions of If-Match and If-None-Match for the resource that the request changes. */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Precondition =>
    context.switchToHttp().getRequest<FastifyRequest>().precondition ?? {},
);
