import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { carry, readList, withDigest } from './image-list.ts';

const USAGE = `
usage: scripts/pin-images [--check | --no-digests]

images.env is the one list of images. Asks their registries (by skopeo) which digest each tag has now, writes it there,
and carries the list to every file that names an image. A registry that cannot be reached changes nothing: what it has
stays as it is, and a line says so.

  --check        changes nothing; ends with 1 when a file differs from the list or names an image that is not in it
  --no-digests   asks no registry: only carries the list to the files
`.trim();

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, 'no-digests': { type: 'boolean' }, help: { type: 'boolean' } },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const LIST = 'images.env';
let text = readFileSync(LIST, 'utf8');
if (!options.check && !options['no-digests']) {
  for (const [name, reference] of readList(text)) {
    const digest = digestOf(reference);
    if (digest) text = withDigest(text, name, digest);
    else console.error(`${name}: ${reference} is kept as it is, its registry cannot be asked`);
  }
  writeFileSync(LIST, text);
}

const images = readList(text);
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
let faults = 0;
for (const path of tracked.trim().split('\n').filter(namesImages)) {
  const before = readFileSync(path, 'utf8');
  const { text: after, strangers } = carry(before, images);
  for (const stranger of strangers) fault(`${path} names ${stranger}, which ${LIST} does not have`);
  if (after === before) continue;
  if (options.check) fault(`${path} differs from ${LIST}: scripts/pin-images --no-digests`);
  else writeFileSync(path, after);
}
if (faults === 0)
  console.log(
    `${images.size} images, ${[...images.values()].filter((image) => image.includes('@')).length} by digest`,
  );
process.exitCode = faults === 0 ? 0 : 1;

function namesImages(path) {
  return (
    existsSync(path) &&
    (/(^|\/)Dockerfile$/.test(path) ||
      /^(docker-compose.*|\.gitlab-ci|\.gitlab\/.*|deploy\/.*)\.ya?ml$/.test(path))
  );
}

function fault(sentence) {
  console.error(sentence);
  faults++;
}

/** The digest is that of the bytes that the tag gives: for several platforms, of the list of them. */
function digestOf(reference) {
  const [tagged] = reference.split('@');
  try {
    const manifest = execFileSync('skopeo', ['inspect', '--raw', `docker://${tagged}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
    return `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  } catch {
    return undefined;
  }
}
