import type { IncomingHttpHeaders } from 'node:http';
import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  IfNoneMatchFailed,
  InvalidIfMatch,
  PreconditionFailed,
  PreconditionRequired,
} from '../../errors/problems.js';
import { IF_MATCH_SCHEMA } from '../contract/request-headers.js';
import { findTag, readTags, versionsOf } from './entity-tags.js';

/**
 * What a request asks of the resource before it is changed. It is read with the request and evaluated by
 * `checkVersion`, once the request would otherwise succeed (RFC 9110 13.2.1). Resources have no
 * Last-Modified, so the conditions by date say nothing here and are ignored, as 13.1.3 and 13.1.4 want.
 */
export interface Precondition {
  /** The versions that If-Match allows; undefined: any. */
  allowed?: number[];
  /** The versions that If-None-Match excludes; `*` excludes all. */
  excluded?: number[] | '*';
  /** The deployment asks for an If-Match, and there is none. */
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
 * The conditions of a change. The representation's hash is not compared: a caller who read another view of the
 * same version loses nothing, and a compressing proxy weakens tags (`W/`).
 * @throws InvalidIfMatch
 */
export function preconditionOf(headers: Headers, requiresIfMatch: boolean): Precondition {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const allowed = match === undefined ? '*' : ifMatchOf(match);
  const excluded = noneMatch === undefined ? [] : (readTags(noneMatch) ?? []);
  return {
    ...(allowed !== '*' && { allowed: versionsOf(allowed) }),
    ...(excluded.length > 0 && { excluded: excluded === '*' ? excluded : versionsOf(excluded) }),
    ...(requiresIfMatch && match === undefined && { missing: true }),
  };
}

/**
 * The one place where a change meets its conditions. A service calls it when the row is locked and its caller
 * may change it, just before it does.
 * @throws PreconditionRequired, PreconditionFailed, IfNoneMatchFailed
 */
export function checkVersion(version: number, { allowed, excluded, missing }: Precondition): void {
  if (missing) throw new PreconditionRequired();
  if (allowed && !allowed.includes(version)) throw new PreconditionFailed();
  if (excluded === '*' || excluded?.includes(version)) throw new IfNoneMatchFailed();
}

/**
 * The conditions of a read, which meet the answer that is ready (RFC 9110 13.2.2).
 * @returns the tag that the caller holds already: 304
 * @throws InvalidIfMatch, PreconditionFailed
 */
export function heldTag(headers: Headers, etag: string, version: number | undefined): string | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && !isNamed(ifMatchOf(match), etag, version)) throw new PreconditionFailed();
  const known = noneMatch === undefined ? undefined : readTags(noneMatch);
  return known && findTag(known, etag);
}

/** A list has no version: of it the whole tag is compared. */
const isNamed = (tags: string[] | '*', etag: string, version: number | undefined): boolean =>
  tags === '*' ||
  (version === undefined ? findTag(tags, etag) !== undefined : versionsOf(tags).includes(version));

export const CONDITIONAL = 'galley:conditional';

/** Marks a route whose resource has a version: documents If-Match, and REQUIRE_IF_MATCH applies. */
export const Conditional = () =>
  applyDecorators(
    SetMetadata(CONDITIONAL, true),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'The ETag of the version that you change, or its version number alone, such as `"3"`. If the current version is a different one, the request returns 412.',
      schema: IF_MATCH_SCHEMA, // without an example, which Swagger UI would send
    }),
  );

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a route that is marked `@Conditional()`; read by RequestRulesGuard. */
    precondition?: Precondition;
  }
}

/** What If-Match and If-None-Match ask of the version that the request changes. */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Precondition =>
    context.switchToHttp().getRequest<FastifyRequest>().precondition ?? {},
);
