import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GalleyProcess, temporaryFolder } from './heavy/process.ts';
import type { Person } from './support/builders.js';
import { type Galley, STORY_SETTINGS, startGalley } from './support/galley.js';
import { ghost, ghostPost, wxr, wxrItem } from './support/import-files.js';
import { sendRaw } from './support/raw.js';
import { freePort } from './support/loopback.ts';

const CANARY = 'canary-5f2c';
/** On a separate line, it would be an entry of the log. */
const FORGED = `\n{"level":"fatal","time":"2026-01-01T00:00:00.000Z","msg":"${CANARY}"}\n`;
const times = (text: string, count: number) => text.repeat(count);

let galley: Galley;
let built: GalleyProcess;
let admin: Person;
const { folder, remove } = temporaryFolder();

beforeAll(async () => {
  galley = await startGalley();
  admin = await galley.aUser({ role: 'admin' });
  const port = await freePort();
  built = new GalleyProcess(folder, port);
  await built.start({
    ...STORY_SETTINGS,
    PORT: String(port),
    DATABASE_URL: galley.database.url,
    LOG_LEVEL: 'debug',
    ENABLE_REQUEST_LOGGING: 'true',
  });
});
afterAll(async () => {
  await built.stop();
  await galley.stop();
  remove();
});

const send = (method: string, path: string, body: string, type = 'application/json') =>
  fetch(`${built.url}/api/v1${path}`, {
    method,
    body,
    headers: { 'content-type': type, authorization: `Bearer ${admin.token}` },
  });
const post = (body: string, bodyFormat: string, title = 'A title') =>
  send('POST', '/posts', JSON.stringify({ title, body, bodyFormat }));

/** Bodies about which a parser prints warnings, on the event loop and on a worker thread. */
const BODIES: [string, string][] = [
  ['html', `<img srcset="${times(`a.jpg 1y${FORGED}, `, 30)}">`],
  ['html', `<img srcset="${times(`a.jpg 1y${FORGED}, `, 1000)}">`],
  ['html', `<p style="${CANARY}: url(" class="${FORGED}">${times('<a><p>', 5000)}${CANARY}`],
  ['html', `<svg><style>@import '${CANARY}${FORGED}`],
  ['markdown', `[${CANARY}]: <${FORGED}${times('\n|-|\n> </b>', 3000)}`],
  ['markdown', `${times('> ', 200)}${CANARY}`],
  ['markdown', `\0${CANARY}${times('![', 10_000)}${FORGED}`],
];

describe('What users send', () => {
  it('reaches neither stdout nor stderr, and every line there is an entry of the log', async () => {
    for (const [format, body] of BODIES) expect((await post(body, format)).status).toBeLessThan(500);
    await post('A body', 'markdown', `${CANARY}${FORGED}`);
    await send('POST', '/posts', `{"title":"${CANARY}${FORGED}`);
    await send('POST', '/posts', JSON.stringify({ [CANARY]: FORGED }));
    await send('POST', '/auth/login', JSON.stringify({ email: `${CANARY}@example.com`, password: FORGED }));
    const item = wxrItem({ title: CANARY, 'content:encoded': `<img srcset="a 1y${FORGED}">` });
    const story = ghost({ posts: [ghostPost({ title: FORGED, lexical: `{"root":{"${CANARY}":` })] });
    const files = [wxr(item), `${wxr(item)}<${CANARY}`, story, `${CANARY}${FORGED}`];
    for (const file of files)
      expect((await send('POST', '/posts/import', file, 'application/octet-stream')).status).toBeLessThan(
        500,
      );
    await sendRaw(built.url, `${CANARY}${FORGED}\r\n\r\n`);
    expect((await built.stop()).code).toBe(0);

    const lines = built.output.split('\n').filter(Boolean);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      lines.map(() => expect.objectContaining({ level: expect.any(String), time: expect.any(String) })),
    );
    const imports = /"url":"\/api\/v1\/posts\/import".*"msg":"request"/;
    expect(lines.filter((line) => imports.test(line))).toHaveLength(files.length);
    expect(lines.filter((line) => line.includes(CANARY))).toEqual([]);
  });
});
