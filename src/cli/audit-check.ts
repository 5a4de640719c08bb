import type { Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { ChainCheck } from '../platform/audit/chain-check.js';
import { readChain, readErased, readUnsealed, type Unsealed } from '../platform/audit/chain-reader.js';
import { type Queryable, sql } from '../platform/database/database.js';

const MOST_NAMED = 5;

/** A head of the chain that the operator has kept: its position and its hash. */
const HEAD = /^(\d{1,15}):([0-9a-f]{64})$/;

/**
 * Examines the whole chain of the audit log in one snapshot.
 * @param keptHeads heads that earlier runs or the log have shown, which must still be part of the chain
 * @throws Error with the faults
 */
export function examineAudit(source: DataSource, keptHeads: string[]): Promise<string> {
  return source.transaction('REPEATABLE READ', async (manager) => {
    const database: Queryable = {
      query: <T>({ text, values }: Sql) => manager.query<T[]>(text, values),
    };
    const [tables] = await database.query<{ exist: boolean }>(
      sql`SELECT to_regclass('audit_seals') IS NOT NULL AS exist`,
    );
    if (!tables?.exist) return 'skipped: the schema has no audit log yet';
    const heads = new KeptHeads(keptHeads);
    const check = new ChainCheck(await readErased(database));
    for await (const row of readChain(database)) {
      check.take(row);
      heads.take(row);
    }
    const unsealed = await readUnsealed(database);
    const faults = [...check.faults, ...heads.faults(), ...faultsOf(unsealed)];
    if (faults.length > 0) throw new Error(sentence(faults));
    return describe(check, unsealed);
  });
}

/** Finds heads in the chain, so that somebody who removes its end or writes all of it again is found. */
class KeptHeads {
  private readonly missing: Map<number, string>;
  private first: number | undefined;

  constructor(given: string[]) {
    this.missing = new Map(given.map(parsedHead));
  }

  take({ position, hash }: { position: number; hash: Buffer }): void {
    this.first ??= position;
    if (this.missing.get(position) === hash.toString('hex')) this.missing.delete(position);
  }

  /** The retention has deleted what precedes the first seal. */
  faults(): string[] {
    return [...this.missing]
      .filter(([position]) => this.first === undefined || position >= this.first)
      .map(([position, hash]) => `the head ${position}:${hash} is not part of the chain`);
  }
}

function parsedHead(text: string): [number, string] {
  const [, position, hash] = HEAD.exec(text) ?? [];
  if (!position || !hash)
    throw new Error(`--audit-head must be <position>:<hash> as this check prints it, not ${text}`);
  return [Number(position), hash];
}

function faultsOf({ late, missing }: Unsealed): string[] {
  return [
    ...missing.map((id) => `entry ${id} was removed before it was sealed`),
    ...(late > 0
      ? [
          `${count(late)} older than 10 minutes and not sealed; a process with the role all or worker must run`,
        ]
      : []),
  ];
}

function sentence(faults: string[]): string {
  const more = faults.length - MOST_NAMED;
  return faults.slice(0, MOST_NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

const count = (entries: number) => (entries === 1 ? '1 entry is' : `${entries} entries are`);

function describe({ entries, erased, head }: ChainCheck, { waiting }: Unsealed): string {
  if (!head) return waiting > 0 ? `${count(waiting)} not sealed yet` : 'no entries';
  const notes = [
    `${count(entries)} unchanged`,
    ...(erased > 0 ? [`${erased} of them without erased personal data`] : []),
    ...(waiting > 0 ? [`${count(waiting)} not sealed yet`] : []),
  ];
  return `${notes.join(', ')}; head ${head.position}:${head.hash.toString('hex')}`;
}
