import { MIMEType } from 'node:util';
import type { FastifyRequest } from 'fastify';
import { UnsupportedMediaType } from '../../errors/body-problems.js';

export const JSON_TYPE = 'application/json';
export const MERGE_PATCH_TYPE = 'application/merge-patch+json';

/** The formats of a PATCH, for Accept-Patch (RFC 5789). */
export const ACCEPT_PATCH = `${MERGE_PATCH_TYPE}, ${JSON_TYPE}`;

/** The names of UTF-8 (the Encoding Standard and IANA), and of US-ASCII (IANA), which is a subset of it. */
const UTF8 = new Set([
  ...['utf-8', 'utf8', 'csutf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'],
  ...['us-ascii', 'ascii', 'csascii', 'us', 'iso646-us', 'iso_646.irv:1991', 'iso-ir-6', 'ibm367', 'cp367'],
  ...['ansi_x3.4-1968', 'ansi_x3.4-1986'],
]);

/** Tells whether the body is text in UTF-8 according to its type. Without a charset, it is. */
export function isUtf8Type(contentType: string): boolean {
  const charset = charsetOf(contentType);
  return charset === null || UTF8.has(charset.trim().toLowerCase());
}

function charsetOf(contentType: string): string | null {
  try {
    return new MIMEType(contentType).params.get('charset');
  } catch {
    return null;
  }
}

/** Tells whether the body is compressed. `identity` means that it is not. */
export const isCompressed = (contentEncoding = ''): boolean =>
  contentEncoding.split(',').some((coding) => !['', 'identity'].includes(coding.trim().toLowerCase()));

/** Returns the problem of a body in another format, with the formats that the route accepts (RFC 9110 15.5.16). */
export function unsupportedType({ method, routeOptions }: FastifyRequest, detail: string) {
  const { file } = routeOptions.config;
  if (file) return new UnsupportedMediaType(detail, { accept: file.types.join(', ') });
  return new UnsupportedMediaType(
    detail,
    method === 'PATCH' ? { 'accept-patch': ACCEPT_PATCH } : { accept: JSON_TYPE },
  );
}

/** Returns the problem of a compressed body. */
export const compressedBody = (detail: string) =>
  new UnsupportedMediaType(detail, { 'accept-encoding': 'identity' });
