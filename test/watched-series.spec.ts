import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { type Alerts, expressionsOf, seriesOf } from '../scripts/generate/promql-series.ts';
import { Circuits } from '../src/platform/outbound/circuits.js';
import { type Galley, startGalley } from './support/galley.js';
import { TestRedis } from './support/redis.js';

/** The labels that Prometheus adds to scraped series. */
const OF_THE_SCRAPE = ['namespace', 'pod', 'job', 'instance'];

const read = (file: string) => readFileSync(`charts/galley/files/${file}`, 'utf8');
const adapter = load(readFileSync('deploy/examples/prometheus-adapter.yaml', 'utf8')) as any;
const expressions = [
  ...expressionsOf(load(read('alerts.yaml')) as Alerts, JSON.parse(read('dashboard.json'))),
  ...adapter.rules.custom.map(({ seriesQuery }: any) => seriesQuery),
];
const wanted = expressions.flatMap((expression) =>
  seriesOf(expression.replaceAll(/SELECTOR|SERVING/g, 'namespace="a",job="b"')),
);

let galley: Galley;
let redis: TestRedis;
let text: string;
beforeAll(async () => {
  redis = await TestRedis.start();
  galley = await startGalley({ REDIS_URL: redis.url });
  await galley.anyone.get('/api/v1/posts').expect(200);
  await galley.anyone.get('/api/v1/posts/nothing').expect(404);
  await galley.anyone.get('/health/ready').expect(200);
  // A service has a circuit from its first call.
  galley.app.get(Circuits).of({ name: 'a-service', addresses: 'outside' }, 'https://service.example');
  text = (await galley.anyone.get('/metrics').expect(200)).text;
});
afterAll(async () => {
  await galley.stop();
  await redis.kill();
});

describe('what alerts and dashboard read', () => {
  it.each([...new Set(wanted.map(({ name }) => name))])('%s is a series of a running process', (name) => {
    expect(text).toMatch(new RegExp(`^# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `, 'm'));
  });

  it('is asked for by labels that it has', () => {
    for (const { name, labels } of wanted) {
      const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`));
      for (const label of labels.filter((each) => !OF_THE_SCRAPE.includes(each)))
        expect([name, label, samples.some((line) => line.includes(`${label}="`))]).toEqual([
          name,
          label,
          true,
        ]);
    }
  });

  it('is asked for by values that it has', () => {
    for (const state of ['used', 'max', 'pending'])
      expect(text).toContain(`database_connection_pool_size{state="${state}"}`);
    expect(text).toMatch(/^http_requests_total\{.*route="\/health\/ready",status_code="200"/m);
    expect(text).toMatch(/^redis_up 1$/m);
  });

  it('is found in an expression, whatever stands around it', () => {
    expect(
      seriesOf(
        'sum by (le) (rate(a_bucket{x="sum(b)",y=~"c{2}"}[5m])) / on (pod) d > 0.1 and absent(e:f{z!="g"})',
      ),
    ).toEqual([
      { name: 'a_bucket', labels: ['x', 'y'] },
      { name: 'd', labels: [] },
      { name: 'e:f', labels: ['z'] },
    ]);
    expect(wanted.length).toBeGreaterThan(40);
  });
});
