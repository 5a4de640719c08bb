import { randomUUID } from 'node:crypto';
import type { TestDatabase } from './database.js';

/** Inserts a job that no process handles. @returns its id */
export async function aJob(
  database: TestDatabase,
  state: 'created' | 'active' | 'retry' | 'failed' | 'completed',
  { name = 'resize-image', queue = 'media' } = {},
): Promise<string> {
  const id = randomUUID();
  await database.query(`SELECT pgboss.create_queue($1, '{"policy": "standard"}')`, [name]);
  await database.query(
    `INSERT INTO pgboss.job (id, name, state, group_id, data, output, retry_limit, retry_count, started_on, completed_on,
       policy, heartbeat_on, heartbeat_seconds)
     VALUES ($1, $2, $3::pgboss.job_state, $4, '{"payload": {"secret": "of a person"}, "request": {"requestId": "01981f4a-7c1e-7cc3-98b5-3f9d2a6b8e10"}}', '{"message": "The file is not an image"}', 10,
       10, now(), CASE WHEN $3::pgboss.job_state > 'active' THEN now() END, 'standard', now(), 3600)`,
    [id, name, state, queue],
  );
  return id;
}
