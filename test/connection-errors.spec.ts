import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

it('a connection that PostgreSQL ends before its user listens does not end the process', async () => {
  const { master: pool } = galley.app.get(DataSource).driver as unknown as { master: pg.Pool };
  const fault = new Error('terminating connection due to administrator command');
  const wasHeard = await new Promise((resolve) => {
    pool.connect((_error, client, release) => {
      try {
        resolve(client?.emit('error', fault));
      } catch {
        resolve(false); // Nobody listened, and outside of a test the process would end.
      } finally {
        release(fault);
      }
    });
  });
  expect(wasHeard).toBe(true);
  await galley.anyone.get('/api/v1/posts').expect(200);
});
