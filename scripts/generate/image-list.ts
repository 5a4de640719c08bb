/** images.env, and the files that contain copies of its lines. */
import { createHash } from 'node:crypto';

const REFERENCE = String.raw`(?:[a-z0-9.-]+\.[a-z]+)(?::\d+)?/[a-z0-9._/-]+:[\w.-]+(?:@sha256:[a-f0-9]{64})?`;
/** An assignment (`ARG NAME=…`, `NAME: …`) or another place that requires an image. */
const PLACE = new RegExp(
  String.raw`((?:^|\s)(?:ARG\s+)?([A-Za-z_]+)(?:=|:\s+)['"]?|^FROM\s+)(${REFERENCE})`,
  'gm',
);

/** The references of images by name, in the order of the list. */
export type ImageList = Map<string, string>;

export function readList(text: string): ImageList {
  return new Map(
    [...text.matchAll(/^([A-Z_]+_IMAGE)=(\S+)$/gm)].map(([, name = '', reference = '']) => [name, reference]),
  );
}

export function withDigest(text: string, name: string, digest: string): string {
  return text.replace(new RegExp(`^(${name}=[^@\\s]+)(@\\S+)?$`, 'm'), `$1@${digest}`);
}

const repositoryOf = (reference: string) => reference.replace(/@.*/, '').replace(/:[^/:]*$/, '');

/** Returns the text with the tag of the tools image: the hash of its Dockerfile, so that a change has an image of its own. */
export function withToolsTag(text: string, dockerfile: string): string {
  const tag = createHash('sha256').update(dockerfile).digest('hex').slice(0, 12);
  return text.replace(/(TOOLS_IMAGE: \S+\/tools:)[\w.-]+/, `$1${tag}`);
}

interface Carried {
  text: string;
  /** Images that are not in the list. */
  strangers: string[];
}

/**
 * Replaces every image in the text by the one of the list: by its name if the text contains it, otherwise the first
 * one of its repository.
 */
export function carry(text: string, images: ImageList): Carried {
  const strangers: string[] = [];
  const carried = text.replace(PLACE, (whole, before: string, key: string | undefined, reference: string) => {
    if (key && !images.has(key) && !/^(image|imageName|name)$/i.test(key) && !/_IMAGE$/.test(key))
      return whole;
    const wanted =
      images.get(key ?? '') ??
      [...images.values()].find((image) => repositoryOf(image) === repositoryOf(reference));
    if (!wanted) strangers.push(reference);
    return before + (wanted ?? reference);
  });
  return { text: carried, strangers };
}
