import { hash } from 'node:crypto';

/** An `entity-tag` of RFC 9110 8.8.3. An opaque tag can contain commas and bytes above 0x7f. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const VERSION = /^(?:W\/)?"(\d{1,9})(?:\.(\d{1,9}))?(?:-[\w-]+)?"$/;

/** The version in a tag. The number after a dot is that of a part with its own versions, which few callers see. */
export type TagVersion = number | `${number}.${number}`;

/** Returns `"<version>-<hash of this representation>"`. The tag of a list contains only the hash. */
export function etagOf(payload: string, version: TagVersion | undefined): string {
  const digest = hash('sha256', payload, 'base64url').slice(0, 16);
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`;
}

/**
 * Returns the tags of If-Match or If-None-Match, or undefined if the header is not a list of tags. Empty elements
 * are ignored.
 */
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

/** Returns the versions in the tags. Tags of other systems contain none. */
export const versionsOf = (tags: string[]): number[] =>
  tags.flatMap((tag) => VERSION.exec(tag)?.[1] ?? []).map(Number);

/** Tells whether one of the tags has this version and this part, or no part if it is null. */
export const namesPart = (tags: string[], version: number, part: number | null): boolean =>
  tags.some((tag) => {
    const [, ofTag, partOfTag] = VERSION.exec(tag) ?? [];
    return Number(ofTag) === version && (partOfTag === undefined ? null : Number(partOfTag)) === part;
  });

/** Returns the tag of the caller that matches by the weak comparison of RFC 9110 8.8.3.2. */
export const findTag = (tags: string[] | '*', etag: string): string | undefined =>
  tags === '*' ? etag : tags.find((tag) => tag.replace(/^W\//, '') === etag);
