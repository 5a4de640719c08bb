import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl } from '../../scripts/release/kubectl.ts';
import { run, runOrRefuse } from '../../scripts/release/run.ts';
import { OutageLoad, type Received } from './outage-load.ts';

/**
 * Two pods of a real image (OUTAGE_IMAGE, repository@digest) use an empty database (OUTAGE_DATABASE_URL) and a Redis
 * (OUTAGE_REDIS_URL) outside of the cluster. The shell command OUTAGE_STOP stops or freezes PostgreSQL. OUTAGE_START
 * starts it, and returns when it accepts connections.
 */
const { KUBECONFIG = '', OUTAGE_IMAGE = '', OUTAGE_DATABASE_URL = '', OUTAGE_REDIS_URL = '' } = process.env;
const { OUTAGE_STOP = '', OUTAGE_START = '' } = process.env;
const isSet = OUTAGE_IMAGE && OUTAGE_DATABASE_URL && OUTAGE_REDIS_URL && OUTAGE_STOP && OUTAGE_START;

const OUTAGE_MS = 20_000;
/** The pods find out, and the cached values of the warm-up end, in this time. */
const NOTICED_MS = 4000;
const POSTS = 20;

const namespace = `${process.env.NAMESPACE_PREFIX ?? 'galley-test'}-outage-${randomBytes(3).toString('hex')}`;
const kubectl = new Kubectl({ kubeconfig: KUBECONFIG, namespace });
const API = { 'app.kubernetes.io/component': 'api' };

async function install(): Promise<void> {
  const [repository = '', digest = ''] = OUTAGE_IMAGE.split('@');
  const secrets = {
    DATABASE_URL: OUTAGE_DATABASE_URL,
    REDIS_URL: OUTAGE_REDIS_URL,
    JWT_SECRET: randomBytes(32).toString('hex'),
    JWT_REFRESH_SECRET: randomBytes(32).toString('hex'),
    METRICS_TOKEN: randomBytes(16).toString('hex'),
  };
  await runOrRefuse('namespace', 'kubectl', ['create', 'namespace', namespace]);
  const literals = Object.entries(secrets).map(([name, value]) => `--from-literal=${name}=${value}`);
  await kubectl.do('a secret', ['create', 'secret', 'generic', 'galley', ...literals]);
  const values = {
    image: { repository, digest },
    replicaCount: 2,
    autoscaling: { enabled: false },
    resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    config: {
      NODE_ENV: 'production',
      DATABASE_SSL_MODE: 'disable',
      RATE_LIMIT_MAX: '1000000',
      RATE_LIMIT_USER_WRITE_MAX: '1000000',
      // Most cached values end before the outage does.
      POST_LIST_CACHE_TTL_SECONDS: '5',
      POST_CACHE_TTL_SECONDS: '5',
    },
  };
  const { code, stderr } = await run(
    'helm',
    ['-n', namespace, 'install', 'galley', 'charts/galley', '--wait', '--timeout', '5m', '-f', '-'],
    { input: JSON.stringify(values) },
  );
  assert.equal(code, 0, stderr);
}

async function signIn(base: string): Promise<string> {
  const email = `outage-${randomBytes(4).toString('hex')}@example.com`;
  const password = randomBytes(16).toString('hex');
  const create = ['galley', 'user:create', '--email', email, '--role', 'editor'];
  const exec = ['exec', '-i', 'deployment/galley', '-c', 'galley', '--', ...create];
  await kubectl.do('an account', exec, { input: `${password}\n`, seconds: 60 });
  const { accessToken } = await post<{ accessToken: string }>(`${base}/api/v1/auth/login`, {
    email,
    password,
  });
  return accessToken;
}

async function post<T>(url: string, body: object, token?: string): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${url}: ${response.status}`);
  return (await response.json()) as T;
}

async function published(base: string, token: string): Promise<string[]> {
  const slugs: string[] = [];
  for (let n = 0; n < POSTS; n++) {
    const made = await post<{ id: string; slug: string }>(
      `${base}/api/v1/posts`,
      { title: `Before the outage ${n}`, body: 'A post.' },
      token,
    );
    await post(`${base}/api/v1/posts/${made.id}/publish`, {}, token);
    slugs.push(made.slug);
  }
  return slugs;
}

const shell = (command: string) => runOrRefuse('shell', 'sh', ['-c', command]);

const readyPods = async () =>
  (await kubectl.list('pods', API)).filter(({ status }) =>
    status.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True'),
  ).length;

describe(
  'an outage of PostgreSQL under 50 requests per second',
  { concurrency: false, skip: isSet ? false : 'OUTAGE_IMAGE and the other OUTAGE_ variables are not set' },
  () => {
    let received: Received[];
    let ready: number[];
    let down: number;
    let up: number;

    before(async () => {
      await install();
      const service = await kubectl.get('service', 'galley');
      const base = `http://${service?.spec.clusterIP}:${service?.spec.ports[0]?.port}`;
      const token = await signIn(base);
      const load = new OutageLoad(base, token, await published(base, token));
      await delay(8000);
      down = performance.now();
      await shell(OUTAGE_STOP);
      ready = [];
      for (; performance.now() - down < OUTAGE_MS; await delay(2000)) ready.push(await readyPods());
      await shell(OUTAGE_START);
      up = performance.now();
      await delay(10_000);
      await load.stop();
      received = load.received;
      summarize();
    });
    after(() => run('kubectl', ['delete', 'namespace', namespace, '--wait=false']));

    const during = (...names: Received['what'][]) =>
      received.filter(
        ({ what, at }) => names.includes(what) && at > down + NOTICED_MS && at < down + OUTAGE_MS - 1000,
      );
    const statuses = (some: Received[]) => [...new Set(some.map(({ status }) => status))];

    function summarize(): void {
      for (const what of ['list', 'post', 'unread', 'write'] as const) {
        const some = received.filter((each) => each.what === what && each.at > down && each.at < up);
        const counts = Object.groupBy(some, ({ status, age }) => `${status}${age ? ' with Age' : ''}`);
        const text = Object.entries(counts).map(([name, list]) => `${name}: ${list?.length}`);
        const slowest = Math.max(...some.map(({ took }) => took));
        console.log(`# ${what} during the outage: ${text.join(', ')}; slowest ${slowest.toFixed(0)} ms`);
      }
      const refused = received.filter(({ what, status }) => what === 'unread' && status === 503);
      const last = Math.max(...refused.map(({ at }) => at));
      console.log(
        `# ${received.length} requests; last 503 ${((last - up) / 1000).toFixed(1)} s after the start`,
      );
    }

    it('refuses no connection, and every request has a response', () => {
      assert.deepEqual(
        received.filter(({ status }) => typeof status === 'string'),
        [],
      );
      assert.ok(received.length > 1500, `${received.length} requests`);
    });

    it('leaves both pods ready', () => assert.deepEqual([...new Set(ready)], [2]));

    it('answers every cached public read, with its age', () => {
      const reads = received.filter(({ what }) => what === 'list' || what === 'post');
      assert.deepEqual(statuses(reads), [200]);
      assert.deepEqual(
        during('list', 'post').filter(({ age }) => age === undefined),
        [],
      );
    });

    it('answers all else at once with 503 and Retry-After', () => {
      const others = during('unread', 'write');
      assert.deepEqual(statuses(others), [503]);
      assert.deepEqual([...new Set(others.map(({ retryAfter }) => retryAfter))], ['1']);
      // On a busy machine, the client itself waits for the processor.
      const times = others.map(({ took }) => took).sort((one, other) => one - other);
      assert.ok((times[Math.floor(times.length * 0.9)] ?? Infinity) < 1000, JSON.stringify(times));
    });

    it('uses PostgreSQL again within two seconds', () => {
      const later = received.filter(({ at }) => at > up + 2000);
      const writes = later.filter(({ what }) => what === 'write');
      assert.deepEqual(statuses(writes), [201]);
      assert.deepEqual(statuses(later.filter(({ what }) => what === 'unread')), [404]);
    });
  },
);
