import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import type { AppConfig } from '../settings.js';
import { whyNotConnected } from '../platform/database/connection-faults.js';
import { commandLimits, createDataSource } from '../platform/database/data-source.js';
import { fits, schemaStateOf } from '../platform/database/schema-state.js';
import { REDIS_OPTIONS } from '../platform/redis/redis-options.js';
import { examineAudit } from './audit-check.js';
import { examineJobs } from './doctor-jobs.js';
import { sharedEmails } from './shared-emails.js';

export interface Examination {
  config: AppConfig;
  /** The URL of the deployment in its own network. */
  url: string;
  /** The series that /metrics must contain. */
  series: string[];
  /** The heads of the audit log that must be part of its chain. */
  auditHeads: string[];
}

const EXPIRES_MS = 50;
/** A server that does not respond is a finding of its own. */
const ANSWER_MS = 10_000;

/** Each check returns a description of its result, or throws the reason for its failure. */
export const CHECKS: Record<string, (examination: Examination) => Promise<string>> = {
  readiness: async ({ url }) => {
    const answer = await ask(`${url}/health/ready`);
    if (!answer.ok) throw new Error(`${url}/health/ready returned ${answer.status}: ${await answer.text()}`);
    return `${url} is ready`;
  },

  release: async (examination) => {
    const text = await metrics(examination);
    if (text === undefined) return METRICS_OFF;
    const { APP_VERSION, APP_IMAGE_DIGEST = '' } = examination.config;
    const found = text.split('\n').find((line) => line.startsWith('galley_build_info{')) ?? 'nothing';
    for (const label of [`version="${APP_VERSION}"`, `digest="${APP_IMAGE_DIGEST}"`])
      if (!found.includes(label)) throw new Error(`expected ${label}, but the server reports ${found}`);
    return `version ${APP_VERSION}, digest ${APP_IMAGE_DIGEST || 'unknown'}`;
  },

  series: async (examination) => {
    const text = await metrics(examination);
    if (text === undefined) return METRICS_OFF;
    if (examination.series.length === 0) return 'skipped: --series names none';
    const there = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const wanted = examination.series.filter(
      // This series exists only with Redis.
      (name) => examination.config.REDIS_URL !== undefined || !name.startsWith('redis_'),
    );
    const missing = wanted.filter(
      (name) => !there.has(name) && !there.has(name.replace(/_(bucket|count|sum)$/, '')),
    );
    if (missing.length > 0) throw new Error(`/metrics does not contain ${missing.join(', ')}`);
    return `/metrics contains all ${wanted.length} required series`;
  },

  schema: ({ config }) =>
    withDatabase(config, async (source) => {
      const state = await schemaStateOf(source);
      if (state.status === 'behind')
        throw new Error(`the schema lacks the migrations ${state.missing.join(', ')}; run galley migrate`);
      if (!fits(state))
        throw new Error(
          `${state.status}: this release does not know the floor ${state.floor}; run a newer release`,
        );
      return `${state.status}: newest migration ${state.newestApplied}, floor ${state.floor ?? 'none'}`;
    }),

  database: ({ config }) =>
    withDatabase(config, async (source) => {
      const id = randomUUID();
      const runner = source.createQueryRunner();
      await runner.startTransaction();
      try {
        await runner.query('INSERT INTO tags (id, slug, name) VALUES ($1, $2, $2)', [id, `doctor-${id}`]);
      } finally {
        await runner.rollbackTransaction();
        await runner.release();
      }
      const left = await source.query<unknown[]>('SELECT id FROM tags WHERE id = $1', [id]);
      if (left.length > 0) throw new Error('a row still exists after its transaction was rolled back');
      return 'inserted a row and rolled it back';
    }),

  emails: ({ config }) => withDatabase(config, sharedEmails),

  audit: ({ config, auditHeads }) => withDatabase(config, (source) => examineAudit(source, auditHeads)),

  jobs: ({ config }) => withDatabase(config, examineJobs),

  redis: async ({ config }) => {
    if (!config.REDIS_URL) return 'skipped: REDIS_URL is not set';
    const redis = new Redis(config.REDIS_URL, { ...REDIS_OPTIONS, retryStrategy: () => null });
    let why: Error | undefined; // The error of connect() states only that the connection is closed.
    redis.on('error', (error) => (why = error));
    try {
      await redis.connect().catch((error: Error) => {
        throw why ?? error;
      });
      const key = `galley:doctor:${randomUUID()}`;
      await redis.set(key, 'here', 'PX', EXPIRES_MS);
      if ((await redis.get(key)) !== 'here') throw new Error('did not return the value that was set');
      await delay(EXPIRES_MS * 2);
      if ((await redis.get(key)) !== null) throw new Error('still returns a key that has expired');
      return 'set a key, read it, and verified that it expired';
    } finally {
      redis.disconnect();
    }
  },
};

const METRICS_OFF = 'skipped: METRICS_ENABLED is false';

/** Returns undefined if the metrics are disabled. */
async function metrics({ config, url }: Examination): Promise<string | undefined> {
  if (!config.METRICS_ENABLED) return undefined;
  const { METRICS_TOKEN } = config;
  const answer = await ask(
    `${url}/metrics`,
    METRICS_TOKEN ? { authorization: `Bearer ${METRICS_TOKEN}` } : {},
  );
  if (!answer.ok) throw new Error(`${url}/metrics returned ${answer.status}`);
  return answer.text();
}

/** Requests the server that is examined. It belongs to the deployment, so the service client is not required. */
const ask = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_MS) });

async function withDatabase<T>(config: AppConfig, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await createDataSource(config, { ...commandLimits, poolMax: 1 });
  await source.initialize().catch((error: unknown) => {
    throw new Error(whyNotConnected(error) ?? (error as Error).message);
  });
  return work(source).finally(() => source.destroy());
}
