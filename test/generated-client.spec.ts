import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';

/** Code that a developer writes with the generated types. A wrong path, field or status would not compile. */
const PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const baseUrl = process.argv[2] as string;
const api = createClient<paths>({ baseUrl });
const email = 'grace@example.com';
const password = 'a rather long password';

const registered = await api.POST('/api/v1/auth/register', { body: { email, password, name: 'Grace' } });
if (registered.error) throw new Error(registered.error.code);

const login = await api.POST('/api/v1/auth/login', { body: { email, password } });
if (login.error) throw new Error(login.error.detail);
const headers = { authorization: 'Bearer ' + login.data.accessToken };

const created = await api.POST('/api/v1/posts', {
  headers,
  body: { title: 'From a generated client', body: 'It *compiles*.', tags: ['OpenAPI'] },
});
if (created.error) throw new Error(created.error.detail);

const published = await api.POST('/api/v1/posts/{id}/publish', {
  headers: { ...headers, 'If-Match': created.response.headers.get('etag') ?? '' },
  params: { path: { id: created.data.id } },
});
if (published.error) throw new Error(published.error.detail);
const post: components['schemas']['Post'] = published.data;

const list = await api.GET('/api/v1/posts', { params: { query: { limit: 5, sort: '-publishedAt', 'filter[tag]': ['openapi'] } } });
if (list.error) throw new Error(list.error.detail);

const again = await api.POST('/api/v1/posts/{id}/publish', { headers, params: { path: { id: post.id } } });
const code: components['schemas']['Problem']['code'] | undefined = again.error?.code;

console.log(JSON.stringify({ status: post.status, listed: list.data.data.map((item) => item.id === post.id), code }));
`;

const COMPILER = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
};

describe('a client generated from openapi.json', () => {
  // The folder is inside of the project, so that openapi-fetch is found.
  const folder = resolve('reports/generated-client');
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  let galley: Galley;

  beforeAll(async () => {
    galley = await startGalley();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, JSON.stringify({ type: 'module' }));
    writeFileSync(
      `${folder}/tsconfig.json`,
      JSON.stringify({ compilerOptions: COMPILER, files: ['publish.ts'] }),
    );
    writeFileSync(`${folder}/publish.ts`, PROGRAM);
  });
  afterAll(() => galley?.stop());

  it('compiles under strict rules, publishes a post and tells problems by their code', async () => {
    run(resolve('node_modules/openapi-typescript/bin/cli.js'), resolve('openapi.json'), '--output', 'api.ts');
    run(resolve('node_modules/typescript/bin/tsc'), '--project', '.');

    const answer = await runBeside(`${folder}/publish.js`, galley.url);
    expect(answer).toEqual({ status: 'published', listed: [true], code: 'post_already_published' });
  });
});

/** This cannot use execFileSync, because this process serves the API. */
async function runBeside(program: string, url: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, url]);
  return JSON.parse(stdout);
}
