import { hash } from 'node:crypto';

/** An `entity-tag` of RFC 9110 8.8.3: an opaque tag may hold commas and bytes above 0x7f. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const VERSION = /^(?:W\/)?"(\d{1,9})(?:-[\w-]+)?"$/;

/** `"<version>-<hash of this representation>"`; a list has the hash alone. */
export function etagOf(payload: string, version: number | undefined): string {
  const digest = hash('sha256', payload, 'base64url').slice(0, 16);
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`;
}

/** The tags of If-Match or If-None-Match; undefined when the header is no list of tags. Empty elements are no fault. */
export function readTags(header: string): string[] | '*' | undefined {
  if (header.trim() === '*') return '*';
  const tags = header.match(TAG) ?? [];
  const elements = header
    .replace(TAG, '"')
    .split(',')
    .map((element) => element.trim());
  const named = elements.filter((element) => element !== '');
  return tags.length > 0 && tags.length === named.length && named.every((element) => element === '"')
    ? tags
    : undefined;
}

/** The versions that tags name; those that are not ours name none. */
export const versionsOf = (tags: string[]): number[] =>
  tags.flatMap((tag) => VERSION.exec(tag)?.[1] ?? []).map(Number);

/** RFC 9110 8.8.3.2: weak comparison of the whole tag. The tag as the caller has it, when it is still right. */
export const findTag = (tags: string[] | '*', etag: string): string | undefined =>
  tags === '*' ? etag : tags.find((tag) => tag.replace(/^W\//, '') === etag);
