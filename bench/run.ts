/**
 * `npm run bench [-- --quick] [-- --only list]`: Galley with all that an
 * operator switches on, beside the least that the same answer can cost, on the
 * same data in the same run. Server, database and load share the machine's
 * cores, so compare ratios and not figures of other machines.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { writeData } from './data.ts';
import {
  cpuSeconds,
  pin,
  rssMegabytes,
  runLoad,
  startBare,
  startEquipped,
  startGalley,
} from './processes.ts';
import { byZipf, TAIL, uniformly, writeTail } from './tail.ts';

const quick = process.argv.includes('--quick');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const ROUNDS = quick ? 1 : 3;
const SECONDS = quick ? 1 : 2;
const CONNECTIONS = 50;
const MANY = 1000;
/** The client puts a number of its own there: no title comes twice. */
const SERIAL = '########';
const STARTS = quick ? 1 : 3;
/** Prose with the markup of an article. */
const LONG_BODY = `## A part

The quick brown fox *jumps* over the lazy dog, and [rests](https://example.com/dog) after \`12\` of **these**.
It does so each day, whoever counts, and nobody who watches it knows why; some say that it likes the dog.

- one reason
- and another one

`
  .repeat(40)
  .slice(0, 10_000);

const closers = [];
const kept = async (starting) => {
  const process = await starting;
  closers.unshift(() => process.stop());
  return process;
};

const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'));
chmodSync(folder, 0o711); // as root, the server's own account has to get in
async function main() {
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const database = await EmbeddedPostgres.open({ dataDir: folder, settings: { max_connections: '200' } });
  closers.unshift(() => database.release());
  const databaseUrl = database.url;
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../dist/cli.js'), 'migrate'], {
    env: { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, DATABASE_URL: databaseUrl },
  });
  const data = await writeData(databaseUrl, folder);
  const slugs = await writeTail(databaseUrl);

  const starts = [];
  const idle = [];
  for (let n = 0; n < STARTS; n++) {
    const galley = await startGalley({ databaseUrl, folder, port: 3970 });
    starts.push(galley.readyMs);
    await delay(quick ? 500 : 2000);
    idle.push(rssMegabytes(galley.pid));
    await galley.stop();
  }

  const UNCACHED = { POST_LIST_CACHE_TTL_SECONDS: '0', POST_CACHE_TTL_SECONDS: '0' };
  const cached = await kept(startGalley({ databaseUrl, folder, port: 3971 }));
  const uncached = await kept(startGalley({ databaseUrl, folder, port: 3972, settings: UNCACHED }));

  const text = async (path) => (await fetch(cached.url + path)).text();
  const login = JSON.stringify({ email: data.email, password: data.password });
  const session = await fetch(`${cached.url}/api/v1/auth/login`, {
    method: 'POST',
    body: login,
    headers: { 'content-type': 'application/json' },
  });
  const { accessToken } = await session.json();
  const LIST = '/api/v1/posts';
  const POST = `/api/v1/posts/${data.slug}`;
  const bare = await kept(
    startBare({ ...data, databaseUrl, list: await text(LIST), post: await text(POST) }),
  );
  const equipped = await kept(
    startEquipped({ list: await text(LIST), post: await text(POST), log: join(folder, 'equipped.log') }),
  );

  const get = (path) => [`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`];
  const tail = (order, path) => order(slugs).flatMap((slug) => get(path + slug));
  const post = (path, body, headers = '') =>
    `POST ${path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
  const creations = (path, headers, body = 'The first *words*.') =>
    data.tags.map((tag) =>
      post(path, JSON.stringify({ title: `Post ${SERIAL}`, body, tags: [tag] }), headers),
    );
  const AUTHORIZED = `Authorization: Bearer ${accessToken}\r\n`;

  const SCENARIOS = [
    {
      name: 'list of 20, cached',
      ours: [cached, get(LIST)],
      limit: 'bare Fastify',
      theirs: ['fastify', get('/list')],
      aim: 0.6,
    },
    {
      name: 'one post, cached',
      ours: [cached, get(POST)],
      limit: 'bare Fastify',
      theirs: ['fastify', get('/post')],
      aim: 0.6,
    },
    {
      name: 'list of 20, cached, plugins',
      ours: [cached, get(LIST)],
      limit: 'equipped Fastify',
      theirs: ['equipped', get('/list')],
      aim: 0.8,
      onOneCore: true,
    },
    {
      name: 'one post, cached, plugins',
      ours: [cached, get(POST)],
      limit: 'equipped Fastify',
      theirs: ['equipped', get('/post')],
      aim: 0.8,
      onOneCore: true,
    },
    ...[
      [`one of ${TAIL}, uniform`, uniformly],
      [`one of ${TAIL}, Zipf`, byZipf],
    ].flatMap(([name, order]) =>
      [
        ['cache on', cached],
        ['cache off', uncached],
      ].map(([how, galley]) => ({
        name: `${name}, ${how}`,
        ours: [galley, tail(order, `${LIST}/`)],
        limit: 'node:http + SQL',
        theirs: ['node', tail(order, '/tail/')],
        aim: 0.8,
        onOneCore: true,
      })),
    ),
    {
      name: 'list of 20, uncached',
      ours: [uncached, get(LIST)],
      limit: 'node:http + SQL',
      theirs: ['node', get('/list')],
      aim: 0.6,
    },
    {
      name: 'one post, uncached',
      ours: [uncached, get(POST)],
      limit: 'node:http + SQL',
      theirs: ['node', get('/post')],
    },
    {
      name: 'create',
      ours: [cached, creations(LIST, AUTHORIZED)],
      limit: 'node:http + SQL',
      theirs: ['node', creations('/create', '')],
      aim: 0.6,
    },
    {
      name: 'create, 10 KB',
      ours: [cached, creations(LIST, AUTHORIZED, LONG_BODY)],
      limit: 'node:http + SQL',
      theirs: ['node', creations('/create', '', LONG_BODY)],
    },
    {
      name: 'login', // after 'create': it ends the session that creates
      ours: [cached, [post('/api/v1/auth/login', login)]],
      limit: 'bare hash',
      theirs: ['node', [post('/login', login)]],
      aim: 0.9,
    },
    {
      name: `list, ${MANY} connections`,
      ours: [cached, get(LIST)],
      limit: 'bare Fastify',
      theirs: ['fastify', get('/list')],
      connections: MANY,
    },
  ];

  const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

  const ALL_CORES = `0-${availableParallelism() - 1}`;
  async function measure(target, requests, connections, onOneCore) {
    if (onOneCore) pin(target.pid, '0');
    const before = cpuSeconds(target.pid);
    const cores = onOneCore ? String(availableParallelism() - 1) : undefined;
    const result = await runLoad({ port: target.port, requests, connections, seconds: SECONDS, cores });
    if (onOneCore) pin(target.pid, ALL_CORES);
    return { ...result, cpuMicros: ((cpuSeconds(target.pid) - before) / result.count) * 1e6 };
  }

  const summary = (runs) => ({
    ...Object.fromEntries(
      ['perSecond', 'p50', 'p95', 'p99', 'cpuMicros'].map((key) => [
        key,
        median(runs.map((run) => run[key])),
      ]),
    ),
    faults: runs.reduce(
      (sum, run) => sum + run.errors + Object.values(run.refused).reduce((a, b) => a + b, 0),
      0,
    ),
  });

  async function compare({ name, ours, limit, theirs, aim, connections = CONNECTIONS, onOneCore = false }) {
    const limits = {
      node: { pid: bare.pid, port: bare.node },
      fastify: { pid: bare.pid, port: bare.fastify },
      equipped: { pid: equipped.pid, port: equipped.fastify },
    };
    const targets = { ours, theirs: [limits[theirs[0]], theirs[1]] };
    const runs = { ours: [], theirs: [] };
    const round = async (side) => measure(targets[side][0], targets[side][1], connections, onOneCore);
    for (const side of ['ours', 'theirs']) await round(side); // code gets hot, connections are made
    for (let n = 0; n < ROUNDS; n++)
      for (const side of ['ours', 'theirs']) runs[side].push(await round(side));
    return { name, limit, aim, ours: summary(runs.ours), theirs: summary(runs.theirs) };
  }

  const ms = (value) => value?.toFixed(value < 10 ? 2 : 0) ?? '–';
  const cells = ({ perSecond, p50, p95, p99, cpuMicros }) =>
    [perSecond.toFixed(0), ms(p50), ms(p95), ms(p99), cpuMicros.toFixed(0)].join(' | ');

  console.log(
    `${availableParallelism()} × ${cpus()[0].model}, Node ${process.version}; server, database and load share them.`,
  );
  console.log(
    `${CONNECTIONS} connections, ${ROUNDS} × ${SECONDS} s in turn (A B A B), medians; ms; CPU of the server process in µs per request.\n`,
  );
  console.log(
    '| scenario | Galley /s | p50 | p95 | p99 | CPU | limit | limit /s | p50 | p95 | p99 | CPU | ratio | aim | faults |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(only))) {
    const { name, limit, aim, ours, theirs } = await compare(scenario);
    const ratio = (ours.perSecond / theirs.perSecond).toFixed(2);
    console.log(
      `| ${name} | ${cells(ours)} | ${limit} | ${cells(theirs)} | ${ratio} | ${aim ?? ''} | ${ours.faults + theirs.faults} |`,
    );
  }
  console.log(
    `\nready after ${median(starts).toFixed(0)} ms (database up), idle RSS ${median(idle).toFixed(0)} MB; after the load ${rssMegabytes(cached.pid).toFixed(0)} MB`,
  );
}

try {
  await main();
} finally {
  for (const close of closers) await close();
}
