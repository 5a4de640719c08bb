/** images.env and the files that repeat it. */

const REFERENCE = String.raw`(?:[a-z0-9.-]+\.[a-z]+)(?::\d+)?/[a-z0-9._/-]+:[\w.-]+(?:@sha256:[a-f0-9]{64})?`;
/** An assignment (`ARG NAME=…`, `NAME: …`) or a place that wants an image. */
const PLACE = new RegExp(
  String.raw`((?:^|\s)(?:ARG\s+)?([A-Za-z_]+)(?:=|:\s+)['"]?|^FROM\s+)(${REFERENCE})`,
  'gm',
);

/** @returns a Map from a name to its reference, in the list's order */
export function readList(text) {
  return new Map(
    [...text.matchAll(/^([A-Z_]+_IMAGE)=(\S+)$/gm)].map(([, name, reference]) => [name, reference]),
  );
}

export function withDigest(text, name, digest) {
  return text.replace(new RegExp(`^(${name}=[^@\\s]+)(@\\S+)?$`, 'm'), `$1@${digest}`);
}

const repositoryOf = (reference) => reference.replace(/@.*/, '').replace(/:[^/:]*$/, '');

/**
 * The text with every image as the list has it: by its name where the text says one, else the first of its repository.
 * @returns {{text: string, strangers: string[]}} strangers: images that the list does not have
 */
export function carry(text, images) {
  const strangers = [];
  const carried = text.replace(PLACE, (whole, before, key, reference) => {
    if (key && !images.has(key) && !/^(image|imageName|name)$/i.test(key) && !/_IMAGE$/.test(key))
      return whole;
    const wanted =
      images.get(key) ??
      [...images.values()].find((image) => repositoryOf(image) === repositoryOf(reference));
    if (!wanted) strangers.push(reference);
    return before + (wanted ?? reference);
  });
  return { text: carried, strangers };
}
