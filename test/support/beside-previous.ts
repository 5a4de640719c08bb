/**
 * Runs the previous release and this one on one database that this release has migrated, as during a rollout: `node
 * test/support/beside-previous.ts SERVER-URL FOLDER`. The server contains the migrated database `template`, and the
 * folder the built previous release. Both serve readers and authors at the same time. Then each reads and edits
 * what the other wrote. Exits with 0 if nothing failed.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostView } from '../../src/posts/post-view.schemas.js';
import { runOrRefuse } from '../../scripts/release/run.ts';
import { isMain } from '../../scripts/tools/main.ts';
import { MixedLoad } from '../cluster/mixed-load.ts';
import { GalleyProcess, temporaryFolder } from '../heavy/process.ts';
import { createTestDatabase } from './database.ts';
import { freePort } from './loopback.ts';

const SECONDS = 20;
const PER_SECOND = 50;
const PLENTY = '1000000';

const account = { email: 'both@example.com', password: randomBytes(16).toString('hex') };

async function besidePrevious([serverUrl = '', previousFolder]: string[]): Promise<void> {
  process.env.GALLEY_TEST_SERVER = serverUrl;
  const database = await createTestDatabase();
  const { folder, remove } = temporaryFolder();
  const environment = {
    DATABASE_URL: database.url,
    JWT_SECRET: randomBytes(32).toString('hex'),
    JWT_REFRESH_SECRET: randomBytes(32).toString('hex'),
    RATE_LIMIT_MAX: PLENTY,
    RATE_LIMIT_WRITE_MAX: PLENTY,
  };
  const previous = new GalleyProcess(folder, await freePort(), previousFolder);
  const current = new GalleyProcess(folder, await freePort());
  try {
    await Promise.all([previous.start(environment), current.start(environment)]);
    await createEditor({ GALLEY_DATA_DIR: folder, ...environment });
    await serveBoth(previous, current);
    await writeAndEdit(previous, current);
    await writeAndEdit(current, previous);
    console.log('each reads and edits what the other wrote');
  } finally {
    await Promise.all([previous.stop(), current.stop()]);
    await database.drop();
    remove();
  }
}

async function serveBoth(previous: GalleyProcess, current: GalleyProcess): Promise<void> {
  const loads = [previous, current].map(
    ({ url }) => new MixedLoad(url, { ...account, perSecond: PER_SECOND }),
  );
  for (const load of loads) await load.start();
  await delay(SECONDS * 1000);
  for (const [n, load] of loads.entries()) {
    const name = n === 0 ? 'previous' : 'current';
    const { requests, errors } = await load.stop();
    for (const failure of load.failures.slice(0, 20)) console.error(failure);
    console.log(`the ${name} release answered ${requests} requests, ${errors} of them wrong`);
    assert.equal(errors, 0, `the ${name} release fails beside the other`);
  }
}

/** The fields of responses that this script reads. */
type Body = PostView & { accessToken: string };

type Ask = (
  method: string,
  path: string,
  wanted: number,
  body?: object,
  headers?: Record<string, string>,
) => Promise<{ body: Body; etag: string }>;

/** Creates a post with a new tag and a comment in one release, and performs all actions on it in the other. */
async function writeAndEdit(writer: GalleyProcess, editor: GalleyProcess): Promise<void> {
  const [written, edited] = [await login(writer), await login(editor)];
  const title = `Handed over ${randomUUID()}`;
  const post = await written('POST', '/posts', 201, { title, body: 'A *post*.', tags: [randomUUID()] });
  const path = `/posts/${post.body.id}`;
  const seen = await edited('GET', path, 200);
  assert.deepEqual(
    [seen.body.title, seen.body.html, seen.body.tags, seen.body.version],
    [title, post.body.html, post.body.tags, post.body.version],
  );
  await edited('PATCH', path, 200, { title: `${title}, edited` }, { 'if-match': seen.etag });
  await written('PATCH', path, 412, { title }, { 'if-match': post.etag });
  await edited('POST', `${path}/publish`, 200);
  await written('POST', `${path}/publish`, 409);
  await edited('POST', `${path}/comments`, 201, { body: 'Read.' });
  const last = await written('GET', path, 200);
  assert.deepEqual(
    [last.body.title, last.body.status, last.body.commentCount],
    [`${title}, edited`, 'published', 1],
  );
  await written('DELETE', path, 204);
  await edited('GET', path, 404);
}

/** @returns a function that sends requests as the editor and checks the status */
async function login({ url }: GalleyProcess): Promise<Ask> {
  const ask: Ask = async (method, path, wanted, body, headers = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.equal(answer.status, wanted, `${method} ${path}: ${answer.status} ${text}`);
    return { body: JSON.parse(text || '{}') as Body, etag: answer.headers.get('etag') ?? '' };
  };
  const { body } = await ask('POST', '/auth/login', 200, account);
  return (method, path, wanted, sent, headers) =>
    ask(method, path, wanted, sent, { ...headers, authorization: `Bearer ${body.accessToken}` });
}

function createEditor(env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['dist/cli.js', 'user:create', '--email', account.email, '--role', 'editor'];
  return runOrRefuse('no account', process.execPath, args, { env, input: `${account.password}\n` });
}

if (isMain(import.meta)) await besidePrevious(process.argv.slice(2));
