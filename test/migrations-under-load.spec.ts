import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../src/platform/database/migrate.js';
import type { MigrationStep } from '../src/platform/database/migration-step.js';
import { type Galley, startGalley } from './support/galley.js';
import { aMigration, sourceWith } from './support/migrations.js';
import { until } from './support/until.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

it('a migration that waits for a long report fails no request', async () => {
  const author = galley.as(await galley.aUser({ role: 'author' }));
  const report = new pg.Client({ connectionString: galley.database.url });
  await report.connect();
  await report.query('BEGIN');
  await report.query('SELECT count(*) FROM posts');

  const answers: { status: number; ms: number }[] = [];
  let migrated = false;
  const client = async (act: (n: number) => PromiseLike<{ status: number }>) => {
    for (let n = 0; !migrated; n++) {
      const since = performance.now();
      const { status } = await act(n);
      answers.push({ status, ms: performance.now() - since });
      await delay(10);
    }
  };
  const clients = [
    client((n) => author.post('/api/v1/posts', { title: `Written meanwhile ${n}`, body: 'text' })),
    client(() => galley.anyone.get('/api/v1/posts')),
    client(() => author.get('/api/v1/posts?filter[status]=draft')),
  ];

  const steps: MigrationStep[] = [];
  const source = await sourceWith(galley.database.url, [
    aMigration(1, ['ALTER TABLE posts ADD COLUMN subtitle text']),
  ]);
  const done = migrate(source, { report: (step) => steps.push(step) }).finally(() => source.destroy());
  await until(() => steps.filter(({ step }) => step === 'retrying').length >= 3);
  await report.query('COMMIT');
  await report.end();
  await done;
  migrated = true;
  await Promise.all(clients);

  const failed = answers.filter(({ status }) => status >= 400);
  const p99 = answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(answers.length * 0.99)];
  console.log(`${answers.length} requests, p99 ${Math.round(p99 ?? NaN)} ms`);
  expect(failed).toEqual([]);
  expect(answers.length).toBeGreaterThan(50);
});
