import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { examineAudit } from '../src/cli/audit-check.js';
import { AuditEntriesRepository } from '../src/platform/audit/audit-entries.repository.js';
import { AuditLog } from '../src/platform/audit/audit-log.js';
import { Sealing } from '../src/platform/audit/sealing.js';
import { commandLimits, createDataSource } from '../src/platform/database/data-source.js';
import { Database } from '../src/platform/database/database.js';
import { loadConfig } from '../src/settings.js';
import { bareCommand, command } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
let source: DataSource;
beforeAll(async () => {
  // Another process would seal entries before a test has changed them.
  galley = await startGalley({ PROCESS_ROLE: 'api', LOG_LEVEL: 'fatal' });
  source = await createDataSource(
    loadConfig({ NODE_ENV: 'test', DATABASE_URL: galley.database.url }),
    commandLimits,
  );
  await source.initialize();
});
afterAll(async () => {
  await source.destroy();
  await galley.stop();
});

const sql = <T = Record<string, string>>(text: string, values: unknown[] = []) =>
  galley.database.query<T>(text, values);

/** Changes what nobody may change, as somebody with all rights could. */
async function tamper(text: string, values: unknown[] = []): Promise<void> {
  const switched = (to: string) =>
    sql(`ALTER TABLE audit_entries ${to} TRIGGER USER; ALTER TABLE audit_seals ${to} TRIGGER USER`);
  await switched('DISABLE');
  await sql(text, values).finally(() => switched('ENABLE'));
}

const user = randomUUID();
const record = () =>
  galley.app.get(Database).transaction(() =>
    galley.app.get(AuditLog).record({
      action: 'user.updated',
      targetId: user,
      changes: { name: ['Ada', 'Grace'] },
      by: { via: 'session', accountId: user, credentialId: randomUUID() },
    }),
  );
const seal = () => galley.app.get(Sealing).run();
const examine = (...heads: string[]) => examineAudit(source, heads);
const at = async (position: number) =>
  (await sql<{ id: string }>('SELECT entry_id AS id FROM audit_seals WHERE position = $1', [position]))[0]
    ?.id as string;

beforeEach(async () => {
  await tamper('TRUNCATE audit_entries, audit_seals, audit_unsealed');
  for (let n = 0; n < 5; n++) await record();
  await seal();
});
afterEach(() => tamper('TRUNCATE audit_entries, audit_seals, audit_unsealed'));

describe('the chain', () => {
  it('is whole after the work of every day, and its check names its head', async () => {
    expect(await examine()).toMatch(/^5 entries are unchanged; head 5:[0-9a-f]{64}$/);
    await record();
    expect(await examine()).toMatch(/^5 entries are unchanged, 1 entry is not sealed yet; head 5:/);
    await seal();
    expect(await examine()).toMatch(/^6 entries are unchanged; head 6:/);
  });

  it('contains each entry once, whichever processes seal at the same time', async () => {
    for (let n = 0; n < 20; n++) await record();
    await Promise.allSettled([seal(), seal(), seal()]);
    await seal();
    expect(await examine()).toMatch(/^25 entries are unchanged; head 25:/);
    expect(await sql('SELECT 1 FROM audit_unsealed')).toEqual([]);
  });

  it.each([
    [`action = 'post.deleted'`, /\(post.deleted\) was changed$/],
    ['actor_id = gen_random_uuid()', /was changed$/],
    [`at = at + interval '1 microsecond'`, /was changed$/],
    [`via = 'system'`, /was changed$/],
    [`target_id = 'x'`, /was changed$/],
    [`request_id = 'x'`, /was changed$/],
    [`changes = '{"name":["Ada","Ada"]}'`, /was changed$/],
    [`changes = '{"name": ["Ada","Grace"]}'`, /was changed$/],
    ['changes = NULL, changes_salt = NULL', /was changed$/],
    ['changes = NULL, changes_salt = NULL, changes_digest = NULL', /was changed$/],
    [`network = '203.0.113.7'`, /was changed$/],
  ])('shows the one entry in which somebody set %s', async (change, fault) => {
    const id = await at(3);
    await tamper(`UPDATE audit_entries SET ${change} WHERE id = $1`, [id]);
    const reason = await examine().catch((error: Error) => error.message);
    expect(reason).toMatch(fault);
    expect(reason.match(/entry \S+ at position \d/g)).toEqual([`entry ${id} at position 3`]);
  });

  it('shows an entry that was removed, exchanged, added or hidden', async () => {
    const [second, third] = [await at(2), await at(3)];
    await tamper('DELETE FROM audit_entries WHERE id = $1', [third]);
    await expect(examine()).rejects.toThrow(`entry ${third} at position 3 was removed`);
    await tamper('DELETE FROM audit_seals WHERE position = 3');
    await expect(examine()).rejects.toThrow('the positions 3 to 3 are missing');
    await tamper('UPDATE audit_seals SET position = 3 WHERE position = 4');
    await expect(examine()).rejects.toThrow(/at position 3 \(user.updated\) was changed/);
    await tamper(`UPDATE audit_seals SET position = 4 WHERE position = 3`);
    await tamper('DELETE FROM audit_seals WHERE position = 2');
    await expect(examine()).rejects.toThrow('the positions 2 to 3 are missing');
    expect(await sql('SELECT 1 FROM audit_entries WHERE id = $1', [second])).toHaveLength(1);
  });

  it('shows an entry that was removed before its seal, and one that nothing seals', async () => {
    await record();
    const [{ id } = { id: '' }] = await sql<{ id: string }>('SELECT entry_id AS id FROM audit_unsealed');
    await tamper('DELETE FROM audit_entries WHERE id = $1', [id]);
    await seal();
    await expect(examine()).rejects.toThrow(`entry ${id} was removed before it was sealed`);
    await sql('DELETE FROM audit_unsealed');
    await sql(
      `INSERT INTO audit_entries (id, at, via, action, target_type, target_id)
       VALUES (gen_random_uuid(), now() - interval '1 hour', 'system', 'post.deleted', 'post', 'x')`,
    );
    await expect(examine()).rejects.toThrow('1 entry is older than 10 minutes and not sealed');
  });

  it('shows that its start or its end was removed', async () => {
    const head = (await examine()).replace(/.*head /, '');
    await expect(examine(head)).resolves.toContain('5 entries');
    await tamper('DELETE FROM audit_entries WHERE id = $1', [await at(1)]);
    await expect(examine()).rejects.toThrow(/at position 1 was removed/);
    await tamper('DELETE FROM audit_seals WHERE position = 1');
    await expect(examine()).rejects.toThrow('the positions 1 to 1 are missing');
    await tamper('TRUNCATE audit_entries, audit_seals, audit_unsealed');
    for (let n = 0; n < 5; n++) await record();
    await seal();
    expect(await examine()).toContain('5 entries are unchanged');
    await expect(examine(head)).rejects.toThrow(`the head ${head} is not part of the chain`);
    await expect(examine('5')).rejects.toThrow('--audit-head must be <position>:<hash>');
  });
});

describe('the database', () => {
  it('rejects changes and deletions even by the owner of the tables', async () => {
    for (const statement of [
      `UPDATE audit_entries SET action = 'x'`,
      'DELETE FROM audit_entries',
      'TRUNCATE audit_entries',
      'UPDATE audit_seals SET position = 7',
      'DELETE FROM audit_seals',
      'TRUNCATE audit_seals',
    ])
      await expect(sql(statement)).rejects.toThrow(/can be added, but not changed or removed/);
  });
});

describe('the retention', () => {
  const purge = (days: number) => {
    const entries = galley.app.get(AuditEntriesRepository);
    return entries.transaction(() => entries.purge(days, 500));
  };
  const age = async (positions: number, days: number) => {
    await tamper('TRUNCATE audit_seals');
    await sql('INSERT INTO audit_unsealed SELECT id FROM audit_entries');
    const old = 'id IN (SELECT id FROM audit_entries ORDER BY at LIMIT $1)';
    await tamper(`UPDATE audit_entries SET at = at - make_interval(days => $2) WHERE ${old}`, [
      positions,
      days,
    ]);
    await seal();
    await tamper(
      'UPDATE audit_seals SET sealed_at = now() - make_interval(days => $2) WHERE position <= $1',
      [positions, days],
    );
  };

  it('deletes old entries from the start, and the rest stays one chain', async () => {
    await age(2, 401);
    expect(await purge(400)).toBe(2);
    expect(await examine()).toMatch(/^3 entries are unchanged; head 5:/);
    expect(await purge(400)).toBe(0);
    await record();
    await seal();
    expect(await examine()).toMatch(/^4 entries are unchanged; head 6:/);
    await tamper('DELETE FROM audit_seals WHERE position = 2');
    await expect(examine()).rejects.toThrow('the positions 1 to 2 are missing');
  });

  it('keeps entries for 90 days, whoever asks', async () => {
    await age(2, 80);
    expect(await purge(90)).toBe(0);
    await expect(purge(89)).rejects.toThrow('at least 90 days, not 89');
  });
});

describe('an erasure', () => {
  it('removes where an account acted and what was changed in it, is recorded, and leaves the chain whole', async () => {
    const { code, output } = await command(['audit:erase', '--user', user], galley.database.url);
    expect([code, output]).toEqual([0, `Removed the personal data of ${user} from 5 entries\n`]);
    await seal();
    expect(await examine()).toMatch(
      /^6 entries are unchanged, 5 of them without erased personal data; head 6:/,
    );
    const rows = await sql('SELECT changes, network, changes_salt FROM audit_entries WHERE actor_id = $1', [
      user,
    ]);
    expect(rows).toEqual(Array(5).fill({ changes: null, network: null, changes_salt: null }));
    const [last] = await sql(`SELECT via, actor_name, action, target_id FROM audit_entries ORDER BY at DESC`);
    expect(last).toEqual({
      via: 'cli',
      actor_name: 'audit:erase',
      action: 'user.audit_erased',
      target_id: user,
    });
  });

  it('says so if there is nothing to remove, because the id can be wrong, and records nothing', async () => {
    const nobody = randomUUID();
    const { code, output } = await command(['audit:erase', '--user', nobody], galley.database.url);
    expect([code, output]).toEqual([
      0,
      `The audit log has no personal data of ${nobody}, so nothing was removed or recorded. If you expected some, check the id\n`,
    ]);
    expect(await sql(`SELECT id FROM audit_entries WHERE action = 'user.audit_erased'`)).toEqual([]);
  });

  it('takes as long as an account with many entries needs', async () => {
    await tamper(`
      INSERT INTO audit_entries (id, via, actor_id, action, target_type, target_id, network, network_salt,
        network_digest, changes, changes_salt, changes_digest)
      SELECT gen_random_uuid(), via, actor_id, action, target_type, target_id, network, network_salt,
        network_digest, changes, changes_salt, changes_digest
      FROM (SELECT * FROM audit_entries LIMIT 1) entry, generate_series(1, 20000)`);
    const settings = { DATABASE_STATEMENT_TIMEOUT_MS: '50' };
    expect(await command(['audit:erase', '--user', user], galley.database.url, { settings })).toEqual({
      ...{ code: 0, errors: '' },
      output: `Removed the personal data of ${user} from 20005 entries\n`,
    });
  });

  it('states that another process holds the locks, and removes nothing', async () => {
    const other = new pg.Client({ connectionString: galley.database.url });
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT galley_audit_erase($1)', [user]);
      expect(await command(['audit:erase', '--user', user], galley.database.url)).toEqual({
        ...{ code: 1, output: '' },
        errors:
          'Another process keeps locked what this command changes. Run the command again when that process has finished.\n',
      });
    } finally {
      await other.end();
    }
    expect(await examine()).toMatch(/^5 entries are unchanged; head 5:/);
  });

  it('that nobody has recorded is found', async () => {
    await sql('SELECT galley_audit_erase($1)', [user]);
    await expect(examine()).rejects.toThrow(/was changed/);
  });
});

describe('galley doctor', () => {
  it('examines the log', async () => {
    const doctor = async (...args: string[]) => {
      const settings = { NODE_ENV: 'test', DATABASE_URL: galley.database.url };
      const { output } = await bareCommand(['doctor', '--url', galley.url, '--json', ...args], settings);
      const { checks } = JSON.parse(output) as {
        checks: { check: string; status: string; detail: string }[];
      };
      return checks.find(({ check }) => check === 'audit');
    };
    const well = await doctor();
    expect(well).toMatchObject({ status: 'ok', detail: expect.stringContaining('5 entries are unchanged') });
    const head = well?.detail.replace(/.*head /, '') as string;
    await tamper('DELETE FROM audit_seals WHERE position = 5');
    expect(await doctor('--audit-head', head)).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(`the head ${head} is not part of the chain`),
    });
  });
});
