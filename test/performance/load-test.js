/* global __ENV */
/**
 * A mixed load for k6: mostly lists and posts as readers ask for them, some searches, and where there is a token some
 * writes. `BASE_URL=https://staging.example.com k6 run test/performance/load-test.js`
 *
 *   BASE_URL       http://localhost:3000 if absent
 *   RATE           requests per second, 50
 *   DURATION       1m
 *   TOKEN          a bearer token of an author: one request in twenty then writes a draft, and deletes it
 *   P95_MS         how long 95 % may take at most, 250
 *   SUMMARY        where the figures are kept as JSON, reports/load-test.json
 *
 * The limits of the deployment have to allow it: RATE_LIMIT_MAX counts per address.
 */
import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

const BASE = `${(__ENV.BASE_URL || 'http://localhost:3000').replace(/\/+$/, '')}/api/v1`;
const RATE = Number(__ENV.RATE || 50);
const WRITES = 0.05;

export const options = {
  scenarios: {
    readers: {
      executor: 'constant-arrival-rate',
      rate: RATE,
      timeUnit: '1s',
      duration: __ENV.DURATION || '1m',
      preAllocatedVUs: Math.max(10, Math.ceil(RATE / 4)),
      maxVUs: Math.max(50, RATE * 2),
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    checks: ['rate>0.999'],
    dropped_iterations: ['count<1'],
    [`http_req_duration{kind:read}`]: [`p(95)<${__ENV.P95_MS || 250}`],
    'http_req_duration{kind:write}': ['p(95)<500'],
  },
  summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'max'],
  userAgent: 'galley-load-test',
};

/** @returns the addresses of posts to read; an empty deployment gives none */
export function setup() {
  const answer = http.get(`${BASE}/posts?limit=50&fields=slug`);
  const listed = check(answer, { 'the list answers': ({ status }) => status === 200 });
  if (!listed) exec.test.abort(`${BASE} answers ${answer.status}`);
  return { slugs: answer.json('data').map(({ slug }) => slug) };
}

export default function ({ slugs }) {
  const chance = Math.random();
  if (__ENV.TOKEN && chance < WRITES) return write();
  if (slugs.length > 0 && chance < 0.6)
    return read('post', `/posts/${slugs[Math.floor(Math.random() * slugs.length)]}`);
  if (chance < 0.7) return read('search', '/posts?q=the&limit=10');
  return read('list', '/posts?limit=20');
}

function read(name, path) {
  const answer = http.get(BASE + path, { tags: { kind: 'read', name } });
  check(answer, { 'read: 200': ({ status }) => status === 200 }, { name });
}

function write() {
  const params = {
    headers: { authorization: `Bearer ${__ENV.TOKEN}`, 'content-type': 'application/json' },
    tags: { kind: 'write', name: 'draft' },
  };
  const made = http.post(
    `${BASE}/posts`,
    JSON.stringify({ title: 'A load test', body: 'Deleted at once.' }),
    params,
  );
  if (!check(made, { 'write: 201': ({ status }) => status === 201 })) return;
  const gone = http.del(`${BASE}/posts/${made.json('id')}`, null, params);
  check(gone, { 'delete: 204': ({ status }) => status === 204 });
}

export function handleSummary(data) {
  const { http_reqs: requests, http_req_failed: failed, http_req_duration: duration } = data.metrics;
  const line = `${requests.values.count} requests, ${requests.values.rate.toFixed(1)}/s, failed ${(failed.values.rate * 100).toFixed(2)} %, p95 ${duration.values['p(95)'].toFixed(1)} ms, p99 ${duration.values['p(99)'].toFixed(1)} ms\n`;
  return { stdout: line, [__ENV.SUMMARY || 'reports/load-test.json']: JSON.stringify(data, null, 2) };
}
