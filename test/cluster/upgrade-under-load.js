/** Upgrades an installed release again and again, and evicts a pod, while clients are being served. See --help. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl } from '../../scripts/release/kubectl.js';
import { runOrRefuse } from '../../scripts/release/run.js';
import { MixedLoad } from './mixed-load.js';

const usage = `
usage: npm run test:upgrade [-- --upgrades N] [--per-second N]

Upgrades the release galley in NAMESPACE with the chart of this checkout and its own values, N times (3), and then
evicts a pod, under a mixed load (200 requests per second: lists, posts, writes, logins; connections kept alive,
nothing tried again). Ends with 0 when not one request failed and the evicted pod drained to its end.
The release wants two pods or more that bear that load with one away, and raised rate limits as in values/staging.yaml. Makes an account and many posts.

Environment: KUBECONFIG, NAMESPACE; BASE_URL, the Service's own address if absent; helm and kubectl on PATH
`;

const { values: given } = parseArgs({
  options: {
    help: { type: 'boolean' },
    upgrades: { type: 'string', default: '3' },
    'per-second': { type: 'string', default: '200' },
  },
});
const { KUBECONFIG, NAMESPACE, BASE_URL } = process.env;
if (given.help || !KUBECONFIG || !NAMESPACE) {
  console.log(usage.trim());
  process.exit(given.help ? 0 : 2);
}

const API = { 'app.kubernetes.io/component': 'api', 'app.kubernetes.io/instance': 'galley' };
const kubectl = new Kubectl({ kubeconfig: KUBECONFIG, namespace: NAMESPACE });
const startedAt = performance.now();
const say = (text) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s ${text}`);

const account = {
  email: `load-${randomBytes(4).toString('hex')}@example.com`,
  password: randomBytes(16).toString('hex'),
};
const create = ['user:create', '--email', account.email, '--role', 'editor'];
await kubectl.do(
  'no account',
  ['exec', '-i', 'deployment/galley', '-c', 'galley', '--', 'galley', ...create],
  {
    input: `${account.password}\n`,
    seconds: 30,
  },
);
const service = await kubectl.get('service', 'galley');
const base = BASE_URL ?? `http://${service.spec.clusterIP}:${service.spec.ports[0].port}`;
const load = new MixedLoad(base, { ...account, perSecond: Number(given['per-second']) });
await load.start();
const faults = [];
try {
  await delay(5000);
  for (let n = 1; n <= Number(given.upgrades); n++) await upgrade(n);
  await evict();
  await delay(5000);
} finally {
  const result = await load.stop();
  if (result.errors > 0) faults.push(`${result.errors} requests failed`);
  for (const failure of load.failures.slice(0, 20)) console.log(failure);
  console.log(JSON.stringify(result));
}
for (const fault of faults) console.error(`FAIL ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function upgrade(n) {
  const revision = `upgrade ${n} ${randomBytes(4).toString('hex')}`;
  const args = [
    'upgrade',
    'galley',
    'charts/galley',
    '-n',
    NAMESPACE,
    '--reuse-values',
    '--atomic',
    '--wait',
  ];
  const before = await pods();
  await runOrRefuse('upgrade', 'helm', [
    ...args,
    '--timeout',
    '5m',
    '--set-string',
    `secretRevision=${revision}`,
  ]);
  say(`upgrade ${n}: ready; ${load.outcomes.length} requests, ${load.failures.length} failed`);
  await gone(before);
  say(`upgrade ${n}: the ${before.length} old pods have ended; ${load.failures.length} failed`);
}

/** As a drain of its node does. */
async function evict() {
  const [name] = await pods();
  const log = kubectl.try(['logs', name, '-c', 'galley', '-f', '--since=1s'], { seconds: 90 });
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: NAMESPACE } };
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}/eviction`;
  await kubectl.do('eviction', ['create', '--raw', path, '-f', '-'], { input: JSON.stringify(eviction) });
  await gone([name]);
  const { stdout } = await log;
  const last = stdout.trim().split('\n').at(-1);
  say(`${name} was evicted, and its last words are ${last}`);
  if (!last.includes('"ended"')) faults.push(`${name} did not drain to its end`);
}

async function pods() {
  return (await kubectl.list('pods', API)).map(({ metadata }) => metadata.name);
}

async function gone(names) {
  const deadline = performance.now() + 120_000;
  while ((await pods()).some((name) => names.includes(name))) {
    if (performance.now() > deadline) throw new Error(`still there after 120 s: ${names.join(', ')}`);
    await delay(500);
  }
}
