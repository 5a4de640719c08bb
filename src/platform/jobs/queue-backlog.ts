import { sql } from '../database/database.js';

export interface QueueBacklog {
  queue: string;
  /** The number of jobs that are due. */
  waiting: number;
  /** How long the next job has been due in seconds. */
  seconds: number;
  dead: number;
}

/** The number of waiting jobs of a name that are counted. */
const MOST_COUNTED = 100_000;
/** The number of dead jobs that are counted. */
const MOST_DEAD = 10_000;

/** Returns how much waits in each queue. The cost of the statement does not grow beyond the limit of its counts. */
export const BACKLOG = sql`WITH due AS (
  SELECT next.group_id, counted.waiting, extract(epoch FROM now() - next.start_after) AS seconds
  FROM pgboss.queue q
  CROSS JOIN LATERAL (
    SELECT j.group_id, j.start_after FROM pgboss.job_common j
    WHERE j.name = q.name AND j.state < 'active' AND NOT j.blocked AND j.start_after <= now()
    ORDER BY j.priority DESC, j.created_on LIMIT 1) next
  CROSS JOIN LATERAL (
    SELECT count(*) AS waiting FROM (
      SELECT 1 FROM pgboss.job_common j
      WHERE j.name = q.name AND j.state < 'active' AND NOT j.blocked AND j.start_after <= now()
      LIMIT ${MOST_COUNTED}) capped) counted
)
SELECT group_id AS queue, sum(waiting)::float8 AS waiting, max(seconds)::float8 AS seconds, sum(dead)::float8 AS dead
FROM (
  SELECT group_id, waiting, seconds, 0 AS dead FROM due
  UNION ALL
  SELECT group_id, 0, 0, count(*) FROM (
    SELECT group_id FROM pgboss.job_common
    WHERE state = 'failed' AND completed_on IS NOT NULL LIMIT ${MOST_DEAD}) counted GROUP BY group_id
) parts
WHERE group_id IS NOT NULL GROUP BY group_id`;
