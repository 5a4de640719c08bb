/**
 * Generates a client of the API with each of six generators in five languages,
 * compiles it, and lets a small program of ours publish, page by cursor and
 * read a typed problem through it, against a Galley that runs on loopback.
 *
 *   npm run test:clients                    every language whose toolchain is here
 *   npm run test:clients -- --all           an absent toolchain is a failure
 *   npm run test:clients -- oapi-codegen    one of them
 *
 * Generators and their libraries come from npm, PyPI, the Go proxy, Maven
 * Central and crates.io and stay in node_modules/.cache/clients; what they
 * generate is in reports/clients.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../scripts/tools/failures.ts';
import { GalleyProcess, temporaryFolder } from '../heavy/process.ts';
import { go } from './go.ts';
import { java, rust } from './openapi-generator.ts';
import { python } from './python.ts';
import { CACHE, type ClientTest, type Documents, run } from './toolchain.ts';
import { heyApi, openapiTypescript } from './typescript.ts';
import { freePort } from '../support/loopback.ts';

const CLIENTS = [openapiTypescript, heyApi, python, go, java, rust];
const EXPECTED = { status: 'published', pages: 2, posts: 3, problem: 'post_not_found' };

const args = process.argv.slice(2);
const all = args.includes('--all');
const asked = args.filter((arg) => !arg.startsWith('--')).join(' ');
const chosen = CLIENTS.filter(({ name }) => asked === '' || name === asked);
if (chosen.length === 0) {
  console.error(`There is no client ${asked}; there are ${CLIENTS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
if (!existsSync('dist/main.js')) {
  console.error('dist/ is missing: run npm run build first');
  process.exit(2);
}

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
await galley.start({ REGISTRATION_ROLE: 'author', PASSWORD_MIN_LENGTH: '12' });
let failed = false;
try {
  const documents = {
    document: await save('openapi.json'),
    document30: await save('openapi-3.0.json'),
  };
  for (const client of chosen) failed = !check(client, documents) || failed;
} finally {
  await galley.stop();
  remove();
}
process.exit(failed ? 1 : 0);

async function save(name: string): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const answer = await fetch(`${galley.url}/${name}`);
  if (!answer.ok) throw new Error(`/${name} answered ${answer.status}`);
  const path = join(CACHE, name);
  writeFileSync(path, await answer.text());
  return path;
}

/** @returns whether nothing is wrong with the client */
function check({ name, needs, build }: ClientTest, documents: Documents): boolean {
  const lacking = needs.filter(([, isThere]) => !isThere()).map(([what]) => what);
  if (lacking.length > 0) {
    console.log(`${name}: skipped, because this machine lacks ${lacking.join(' and ')}`);
    return !all;
  }
  const since = performance.now();
  try {
    const [command, ...rest] = build(documents);
    const built = performance.now();
    const answer: unknown = JSON.parse(
      run(command, [...rest, galley.url, name.replace(/\W+/g, '-').toLowerCase()]),
    );
    if (!isDeepStrictEqual(answer, EXPECTED)) throw new Error(`it answered ${JSON.stringify(answer)}`);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    console.log(
      `${name}: ok, generated and compiled in ${seconds(since, built)} s, ran in ${seconds(built, performance.now())} s`,
    );
    return true;
  } catch (error) {
    console.error(`${name}: failed\n${messageOf(error)}`);
    return false;
  }
}
