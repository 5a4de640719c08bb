import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadModule } from 'libpg-query';
import { moduleOf, readSource, type SourceFile, tablesOf, writtenSql } from './support/sql-in-source.js';
import { tablesOfSql, UNNAMED } from './support/tables-of-sql.js';

/** Tables that no entity declares: those of TypeORM and pg-boss, and those with the state of migrations. */
const OF_MIGRATIONS = {
  migrations: 'platform/database',
  schema_floors: 'platform/database',
  job_common: 'platform/jobs',
};

/** Files that may write to a table of another module, with the reason. */
const EXEMPT: Record<string, string> = {
  'src/cli/doctor-checks.ts': 'writes a tag and takes it back, to see whether it can',
};

interface Verdict {
  owners: Record<string, string>;
  faults: string[];
  statements: number;
  writes: number;
  locks: number;
}

const ownersIn = (files: SourceFile[]): Record<string, string> => ({
  ...OF_MIGRATIONS,
  ...Object.fromEntries(files.flatMap((file) => tablesOf(file).map((table) => [table, moduleOf(file.path)]))),
});

/** Compares every statement of the source with the owners of its tables. */
async function judge(files: SourceFile[], owners = ownersIn(files)): Promise<Verdict> {
  const verdict: Verdict = { owners, faults: [], statements: 0, writes: 0, locks: 0 };
  for (const written of files.flatMap(writtenSql)) {
    const { place, module, says } = written;
    const fault = (what: string) => verdict.faults.push(`${place} ${what}`);
    const tables = await tablesOfSql(written);
    if (!tables) {
      fault('is no SQL that can be judged');
      continue;
    }
    const { writes, locks, reads } = tables;
    verdict.statements += 1;
    verdict.writes += Number(writes.size > 0);
    verdict.locks += Number(locks.size > 0);
    if ((place.split(':')[0] as string) in EXEMPT) continue;
    for (const [verb, touched] of Object.entries({ 'writes to': writes, locks }))
      for (const table of touched)
        if (owners[table] !== module)
          fault(`${verb} ${table}, which belongs to ${owners[table] ?? 'nobody'}`);
    for (const table of reads) {
      const owner = owners[table] ?? module; // System tables, and the names in a WITH around it.
      if (owner !== module && !new RegExp(`\\b${table}\\b`).test(says))
        fault(`reads ${table} of ${owner}, and its docstring does not name it`);
    }
  }
  return verdict;
}

const files = readSource();
const planted = (text: string, path = 'src/tags/planted.ts') => ({ path, text: `const planted = ${text};` });
const faultsOf = async (file: SourceFile) => (await judge([file], ownersIn(files))).faults;

beforeAll(() => loadModule());

describe('a module', () => {
  it('writes and locks its own tables alone, and says whose it reads', async () => {
    const { owners, faults, statements, writes, locks } = await judge(files);
    const byOwner = Object.groupBy(Object.keys(owners), (table) => owners[table] as string);
    const lines = Object.entries(byOwner).map(
      ([owner, tables]) => `  ${owner.padEnd(20)} ${tables?.join(', ')}`,
    );
    process.stdout.write(
      `${lines.sort().join('\n')}\n  ${statements} statements and parts of statements: ${writes} write, ${locks} lock\n`,
    );
    expect(faults).toEqual([]);
    expect(new Set(Object.values(owners)).size).toBeGreaterThanOrEqual(8);
    expect([statements > 100, writes > 30, locks > 10]).toEqual([true, true, true]);
  });

  it.each([
    ['inserts', 'sql`INSERT INTO posts (id) VALUES (${id}) ON CONFLICT DO NOTHING`', 'writes to posts'],
    ['updates', 'sql`UPDATE posts SET ${changes} WHERE id = ${id} RETURNING ${columns}`', 'writes to posts'],
    ['deletes', "runner.query('DELETE FROM posts WHERE true')", 'writes to posts'],
    [
      'writes within a read',
      'sql`WITH a AS (DELETE FROM posts RETURNING id) SELECT id FROM a`',
      'writes to posts',
    ],
    ['locks', 'sql`SELECT 1 FROM posts WHERE id = ${id} FOR NO KEY UPDATE`', 'locks posts'],
    ['shares', 'sql`SELECT 1 FROM tags t JOIN posts p ON true ${where} FOR KEY SHARE OF p`', 'locks posts'],
    ['locks by a join', 'sql`SELECT 1 FROM tags t JOIN posts p ON true FOR SHARE`', 'locks posts'],
    ['writes to whichever', 'sql`UPDATE ${raw(table)} SET a = 1`', `writes to ${UNNAMED}`],
    ['locks whichever', 'sql`${rows} FOR UPDATE`', `locks ${UNNAMED}`],
  ])('that %s what is not its own is found', async (_verb, text, fault) => {
    const faults = await faultsOf(planted(text));
    expect(faults[0]).toContain(`src/tags/planted.ts:1 ${fault}`);
  });

  it('that reads what is not its own is found unless it says so', async () => {
    const read = 'sql`SELECT 1 FROM tags t WHERE EXISTS (SELECT 1 FROM post_tags ${where})`';
    expect(await faultsOf(planted(read))).toEqual([
      'src/tags/planted.ts:1 reads post_tags of posts, and its docstring does not name it',
    ]);
    const file = { path: 'src/tags/planted.ts', text: `/** Joins post_tags. */\nconst planted = ${read};` };
    expect(await faultsOf(file)).toEqual([]);
  });

  it('may write and lock what is its own', async () => {
    const own = planted('sql`SELECT 1 FROM tags t ${join} WHERE ${is} FOR UPDATE OF t`');
    expect(await faultsOf(own)).toEqual([]);
    expect(await faultsOf(planted('sql`DELETE FROM posts`', 'src/posts/planted.ts'))).toEqual([]);
  });
});
