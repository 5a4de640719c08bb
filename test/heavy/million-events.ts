/**
 * Measures the feed of changes, the purge of events, the list of the audit log and `galley doctor` with a million events and a million entries.
 * `npm run test:heavy -- million-events [rows, default 1000000]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { AuditRepository } from '#dist/audit/audit.repository.js';
import { ListAuditQuery } from '#dist/audit/audit.schemas.js';
import { EventsRepository } from '#dist/platform/events/events.repository.js';
import { changesStatement } from './changes-statement.ts';
import { type DeployedProcess, Deployment } from './deployment.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { MOST_MS, type Statement, StatementCosts, statementOf } from './list-statement.ts';
import { ACTOR, fillAudit, fillEvents, TARGET } from './million-rows.ts';

const MOST_DOCTOR_S = 120;

export const millionEvents: HeavyTest = async ([given = '1000000'], closing) => {
  const rows = Number(given);
  const deployment = await Deployment.open(closing);
  const [galley] = (await deployment.started(1)) as [DeployedProcess];
  console.log(`writing ${rows} events and ${rows} entries`);
  await fillEvents(deployment.pool, rows);
  await fillAudit(deployment.pool, rows);
  const client = new pg.Client({ connectionString: deployment.database.url });
  await client.connect();
  closing.add(() => client.end());
  return [
    ...(await measureFeed(client, rows)),
    ...(await measurePurge(client)),
    ...(await measureAudit(client)),
    ...(await measureDoctor(galley, rows)),
  ];
};

/** One request reads at most ten parts of the log, each with one statement. */
const MOST_PART_MS = 10;

async function measureFeed(client: pg.Client, rows: number): Promise<string[]> {
  const shapes: [string, number, string[]][] = [
    ['at the end', rows - 10, ['*']],
    ['from the beginning', 1, ['*']],
    ['one type from the beginning', 1, ['comment.created']],
    ['a type without events', 1, ['tag.merged']],
  ];
  const costs = await StatementCosts.over(client);
  const table: object[] = [];
  const faults: string[] = [];
  for (const [caller, by] of [
    ['everybody', null],
    ['an author', { id: ACTOR, role: 'author', sessionId: ACTOR }],
    ['an admin', { id: ACTOR, role: 'admin', sessionId: ACTOR }],
  ] as const)
    for (const [what, position, types] of shapes) {
      const statement = changesStatement(position, types, by);
      const ms = await costs.of(statement);
      table.push({ caller, changes: what, 'ms of CPU': ms.toFixed(2) });
      if (caller === 'everybody') console.log(what, await planOf(client, statement));
      if (ms > MOST_PART_MS) faults.push(`changes, ${caller}, ${what}: ${ms.toFixed(1)} ms`);
    }
  console.table(table);
  return faults;
}

/** A purge that finds nothing to delete, which each worker does once a minute. */
async function measurePurge(client: pg.Client): Promise<string[]> {
  const statement = statementOf((database) => new EventsRepository(database).deleteOld(3650, 500));
  const ms = await (await StatementCosts.over(client)).of(statement);
  console.log(`a purge of nothing: ${ms.toFixed(2)} ms of CPU`);
  return faultsAmong([ms > MOST_PART_MS && `a purge of nothing takes ${ms.toFixed(1)} ms`]);
}

const AUDIT_SHAPES: Record<string, Record<string, string>> = {
  none: {},
  'at, oldest first': { sort: 'at' },
  'actor, 1 %': { 'filter[actor]': ACTOR },
  'action, 10 %': { 'filter[action]': 'post.updated' },
  'action, none': { 'filter[action]': 'webhook.created' },
  target: { 'filter[targetType]': 'post', 'filter[targetId]': TARGET },
  'target without its type': { 'filter[targetId]': TARGET },
  'targetType, none': { 'filter[targetType]': 'webhook' },
  'via, 1 in 100,000': { 'filter[via]': 'cli' },
  'via, none': { 'filter[via]': 'token' },
  'a day': { 'filter[at][gte]': '2026-01-01T00:00:00Z', 'filter[at][lt]': '2026-01-02T00:00:00Z' },
  'actor, a day': { 'filter[actor]': ACTOR, 'filter[at][gte]': '2026-01-01T00:00:00Z' },
};

async function measureAudit(client: pg.Client): Promise<string[]> {
  const costs = await StatementCosts.over(client);
  const rows: object[] = [];
  const faults: string[] = [];
  for (const [filter, given] of Object.entries(AUDIT_SHAPES)) {
    const query = ListAuditQuery.parse(given);
    const statement = statementOf((database) => new AuditRepository(database).list(query, undefined));
    const ms = await costs.of(statement);
    rows.push({ 'audit log, filter': filter, 'ms of CPU': ms.toFixed(2) });
    if (ms <= MOST_MS) continue;
    faults.push(`audit log, ${filter}: ${ms.toFixed(1)} ms`);
    console.log(await planOf(client, statement));
  }
  console.table(rows);
  return faults;
}

async function planOf(client: pg.Client, statement: Statement): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>({
    text: `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ${statement.text}`,
    values: statement.values,
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function measureDoctor(galley: DeployedProcess, rows: number): Promise<string[]> {
  const { PATH, HOME } = process.env;
  const since = performance.now();
  const child = spawn(process.execPath, ['dist/cli.js', 'doctor', '--url', galley.url], {
    env: { PATH, HOME, GALLEY_DATA_DIR: galley.dataDir, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = '';
  const watch = setInterval(() => (peak = peakOf(child.pid) ?? peak), 50);
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  clearInterval(watch);
  const seconds = (performance.now() - since) / 1000;
  const audit = output.split('\n').find((line) => line.includes(' audit '));
  console.log(`galley doctor: ${seconds.toFixed(1)} s, at most ${peak} of memory: ${audit}`);
  return faultsAmong([
    !audit?.startsWith('ok') && `doctor finds faults in the audit log: ${audit}`,
    !audit?.includes(String(rows).slice(0, 3)) && 'doctor has not read the whole log',
    seconds > MOST_DOCTOR_S && `doctor takes ${seconds.toFixed(0)} s`,
  ]);
}

function peakOf(pid: number | undefined): string | undefined {
  try {
    return /^VmHWM:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined; // The process has ended.
  }
}
