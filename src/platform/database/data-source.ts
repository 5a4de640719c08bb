import { readFileSync } from 'node:fs';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ConnectionPool } from './connection-pool.js';
import type { DatabaseSettings } from './database.settings.js';
import { entityClasses } from './entities.js';
import type { Logger } from '../logging/logger.js';
import { migrationClasses } from './migration-classes.js';
import { SESSION_OPTIONS } from './session-settings.js';
import { SLOW_MS, StatementLog } from './statement-log.js';

const TIMESTAMPTZ = 1184;
/** Longer than PostgreSQL's deadlock_timeout (1 s), so that a deadlock is reported as such and repeated. */
const LOCK_TIMEOUT_MS = 1500;
/** Galley never waits in an open transaction, so an idle one was left open by mistake. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** The time in which the server's own error about a slow statement can arrive. */
const GRACE_MS = 500;

export interface DataSourceLimits {
  /** 0 means no timeout, for imports, exports and migrations. */
  statementTimeoutMs: number;
  poolMax: number;
  lockTimeoutMs?: number;
  /** The server rejects writes and locks outside of a transaction. */
  writesInTransactions?: boolean;
}

/** The limits of requests. */
export const requestLimits = (config: DatabaseSettings): DataSourceLimits => ({
  statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
  poolMax: config.DATABASE_POOL_MAX,
  lockTimeoutMs: LOCK_TIMEOUT_MS,
  writesInTransactions: true,
});

/**
 * The client-side limit of a statement including the wait for its connection, because a frozen server enforces no
 * limits.
 */
const deadlineMs = (config: DatabaseSettings, statementTimeoutMs: number) =>
  Math.max(config.DATABASE_POOL_WAIT_MS, statementTimeoutMs) + GRACE_MS;

/** The limits of a command, which can take any time. */
export const commandLimits: DataSourceLimits = { statementTimeoutMs: 0, poolMax: 4 };

/** The options of a pool. Times are returned as RFC 3339 text with the microseconds of PostgreSQL. */
export function poolOptions(
  config: DatabaseSettings,
  limits: DataSourceLimits,
  url = config.DATABASE_URL,
): pg.PoolConfig {
  const { statementTimeoutMs, poolMax, lockTimeoutMs, writesInTransactions } = limits;
  return {
    ...connection(url),
    ssl: sslOptions(config),
    application_name: 'galley',
    max: poolMax,
    min: Math.min(config.DATABASE_POOL_MIN, poolMax),
    connectionTimeoutMillis: config.DATABASE_POOL_WAIT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    options: `${SESSION_OPTIONS}${writesInTransactions ? ' -c default_transaction_read_only=on' : ''}`,
    ...(statementTimeoutMs > 0 && {
      statement_timeout: statementTimeoutMs,
      query_timeout: deadlineMs(config, statementTimeoutMs),
    }),
    ...(lockTimeoutMs && {
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    }),
    types: { getTypeParser },
  };
}

/** The options of TypeORM: entities and migrations. It uses the connections of the pool. */
export const dataSourceOptions = async (
  pool: ConnectionPool,
  log: StatementLog,
): Promise<DataSourceOptions> => ({
  type: 'postgres',
  driver: pool.driver,
  entities: entityClasses(),
  migrations: await migrationClasses(),
  migrationsTableName: 'migrations',
  migrationsTransactionMode: 'each',
  synchronize: false,
  installExtensions: false,
  logger: log,
  maxQueryExecutionTime: SLOW_MS,
});

/** Returns a TypeORM data source with its own pool, which is not yet connected. */
export async function createDataSource(
  config: DatabaseSettings,
  limits: DataSourceLimits,
  { url, logger }: { url?: string; logger?: Logger } = {},
): Promise<DataSource> {
  const log = new StatementLog(logger);
  const pool = new ConnectionPool(poolOptions(config, limits, url), log);
  return new DataSource(await dataSourceOptions(pool, log));
}

/** The directory of a socket is the parameter `?host=`, which TypeORM's URL parser does not support. */
function connection(url: string | undefined) {
  const parsed = new URL(url ?? 'postgresql://127.0.0.1');
  return {
    host: parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname).replace(/^\[|\]$/g, ''),
    port: Number(parsed.searchParams.get('port') ?? (parsed.port || 5432)),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
  };
}

function sslOptions({ DATABASE_SSL_MODE: mode, DATABASE_SSL_CA: authority }: DatabaseSettings) {
  if (mode === 'disable') return false;
  const ca = authority && (authority.includes('-----BEGIN') ? authority : readFileSync(authority, 'utf8'));
  return { rejectUnauthorized: mode === 'verify-full', ...(ca && { ca }) };
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === TIMESTAMPTZ && format !== 'binary') return toRfc3339;
  return pg.types.getTypeParser(oid, format);
}

/** Converts `2026-11-20 18:51:12.123456+00` to `2026-11-20T18:51:12.123456Z`. */
const toRfc3339 = (value: string): string => value.replace(' ', 'T').replace(/\+00(?::00)?$/, 'Z');
