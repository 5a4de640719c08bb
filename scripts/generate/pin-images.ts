import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { carry, type ImageList, readList, withDigest, withToolsTag } from './image-list.ts';
import { isMain } from '../tools/main.ts';

const USAGE = `
usage: scripts/pin-images [--check | --no-digests]

images.env is the only list of images. The command requests the current digest of each tag from the registries (with
skopeo), writes it to the list, and copies the list to every file that names an image. If a registry cannot be reached,
its entries do not change, and the command prints a line. The tag of the tools image becomes the hash of its Dockerfile.

  --check        changes nothing; exits with 1 if a file differs from the list or names an image that is not in it
  --no-digests   requests nothing from registries; only copies the list to the files
`.trim();

const LIST = 'images.env';
const TOOLS = 'deploy/tools/Dockerfile';

/** Requests the digests from the registries. If this is not possible, the reference does not change. */
function askRegistries(): void {
  let text = readFileSync(LIST, 'utf8');
  for (const [name, reference] of readList(text)) {
    const digest = digestOf(reference);
    if (digest) text = withDigest(text, name, digest);
    else console.error(`${name}: ${reference} does not change, because its registry cannot be reached`);
  }
  writeFileSync(LIST, text);
}

/** @returns sentences about differences from the list; with `check` nothing is written */
function carryToFiles(images: ImageList, check: boolean): string[] {
  const faults: string[] = [];
  const tools = existsSync(TOOLS) ? carry(readFileSync(TOOLS, 'utf8'), images).text : undefined;
  for (const path of filesWithImages()) {
    const before = readFileSync(path, 'utf8');
    const { text, strangers } = carry(before, images);
    const after = tools === undefined ? text : withToolsTag(text, tools);
    for (const stranger of strangers)
      faults.push(`${path} names ${stranger}, which ${LIST} does not contain`);
    if (after === before) continue;
    const source = text === before ? TOOLS : LIST;
    if (check) faults.push(`${path} differs from ${source}. Run scripts/pin-images --no-digests`);
    else writeFileSync(path, after);
  }
  return faults;
}

function filesWithImages(): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { encoding: 'utf8' }).trim().split('\n').filter(namesImages);
}

function namesImages(path: string): boolean {
  return (
    existsSync(path) &&
    (/(^|\/)Dockerfile$/.test(path) ||
      /^(docker-compose.*|\.gitlab-ci|\.gitlab\/.*|deploy\/.*)\.ya?ml$/.test(path))
  );
}

/**
 * The digest is that of the bytes that the registry returns for the tag. For several platforms, this is the list of
 * them.
 */
function digestOf(reference: string): string | undefined {
  const [tagged = ''] = reference.split('@');
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

function pinImages(): void {
  const { values: options } = parseArgs({
    options: { check: { type: 'boolean' }, 'no-digests': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(USAGE);
  if (!options.check && !options['no-digests']) askRegistries();
  const images = readList(readFileSync(LIST, 'utf8'));
  const faults = carryToFiles(images, options.check ?? false);
  for (const fault of faults) console.error(fault);
  const digests = [...images.values()].filter((image) => image.includes('@')).length;
  if (faults.length === 0) console.log(`${images.size} images, ${digests} by digest`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (isMain(import.meta)) pinImages();
