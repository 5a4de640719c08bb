/**
 * Generates clients of the API with six generators in five languages and compiles them. With each client, a small
 * program publishes a post, pages by cursor and reads a typed problem, from a Galley on loopback. The TypeScript
 * client of this repository does the same on Node, Deno, Bun and an edge runtime.
 *
 * npm run test:clients: every language whose toolchain is installed
 * npm run test:clients -- --all: a missing toolchain is a failure
 * npm run test:clients -- oapi-codegen: one of them
 *
 * Generators and their libraries come from npm, PyPI, the Go proxy, Maven Central and crates.io and are stored in
 * node_modules/.cache/clients. The generated code is in reports/clients.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../scripts/tools/failures.ts';
import { isMain } from '../../scripts/tools/main.ts';
import { GalleyProcess, temporaryFolder } from '../heavy/process.ts';
import { galleyOnBun, galleyOnDeno, galleyOnNode, galleyOnTheEdge } from './galley-client.ts';
import { go } from './go.ts';
import { java, rust } from './openapi-generator.ts';
import { python } from './python.ts';
import { CACHE, type ClientTest, type Documents, run } from './toolchain.ts';
import { heyApi, openapiTypescript } from './typescript.ts';
import { freePort } from '../support/loopback.ts';

const CLIENTS = [
  ...[openapiTypescript, heyApi, python, go, java, rust],
  ...[galleyOnNode, galleyOnDeno, galleyOnBun, galleyOnTheEdge],
];
const EXPECTED = { status: 'published', pages: 2, posts: 3, problem: 'post_not_found' };

/** @returns the exit code */
export async function testClients(args: string[]): Promise<number> {
  const asked = args.filter((arg) => !arg.startsWith('--')).join(' ');
  const chosen = CLIENTS.filter(({ name }) => asked === '' || name === asked);
  if (chosen.length === 0)
    return refuse(`There is no client ${asked}; there are ${CLIENTS.map(({ name }) => name).join(', ')}`);
  if (!existsSync('dist/main.js')) return refuse('dist/ is missing: run npm run build first');
  const { folder, remove } = temporaryFolder();
  const galley = new GalleyProcess(folder, await freePort());
  await galley.start({ REGISTRATION_ROLE: 'author', PASSWORD_MIN_LENGTH: '12' });
  try {
    const documents = {
      document: await save(galley.url, 'openapi.json'),
      document30: await save(galley.url, 'openapi-3.0.json'),
    };
    const results = chosen.map((client) => check(client, galley.url, documents));
    const failed = results.includes('failed') || (args.includes('--all') && results.includes('skipped'));
    return failed ? 1 : 0;
  } finally {
    await galley.stop();
    remove();
  }
}

function refuse(why: string): number {
  console.error(why);
  return 2;
}

async function save(url: string, name: string): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const answer = await fetch(`${url}/${name}`);
  if (!answer.ok) throw new Error(`/${name} answered ${answer.status}`);
  const path = join(CACHE, name);
  writeFileSync(path, await answer.text());
  return path;
}

function check(
  { name, needs, build }: ClientTest,
  url: string,
  documents: Documents,
): 'ok' | 'failed' | 'skipped' {
  const lacking = needs.filter(([, isThere]) => !isThere()).map(([what]) => what);
  if (lacking.length > 0) {
    console.log(`${name}: skipped, because this machine lacks ${lacking.join(' and ')}`);
    return 'skipped';
  }
  const since = performance.now();
  try {
    const [command, ...rest] = build(documents);
    const built = performance.now();
    const answer: unknown = JSON.parse(run(command, [...rest, url, name.replace(/\W+/g, '-').toLowerCase()]));
    if (!isDeepStrictEqual(answer, EXPECTED)) throw new Error(`it answered ${JSON.stringify(answer)}`);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    console.log(
      `${name}: ok, generated and compiled in ${seconds(since, built)} s, ran in ${seconds(built, performance.now())} s`,
    );
    return 'ok';
  } catch (error) {
    console.error(`${name}: failed\n${messageOf(error)}`);
    return 'failed';
  }
}

if (isMain(import.meta)) process.exit(await testClients(process.argv.slice(2)));
