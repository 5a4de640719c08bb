/**
 * Imports every export file of a folder into an empty Galley, and compares each field of the file with the result.
 * A field must be in the result, or the report must name it. A second import of the file, and of the same file after
 * its site has moved to https or www, must change nothing.
 * `npm run test:heavy -- import-fields FOLDER [part of a file name] [--verbose] [--shown-by=PROGRAM]`; see import-fields/README.md
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type pg from 'pg';
import type { ImportReport } from '../../src/import/import.report.js';
import type { Closing } from '../support/closing.ts';
import type { HeavyTest } from './heavy-test.ts';
import type { ShownTexts } from './import-fields/compare-shown.ts';
import { changedTables, countRows, dump } from './import-fields/dump.ts';
import { judge, type Judgement } from './import-fields/judge.ts';
import { movedFiles } from './import-fields/moved.ts';
import { printGaps, printHead, printRow, printShown } from './import-fields/table.ts';
import { openGalley, openPool } from './serving.ts';
import { Writer } from './writer.ts';

export const importFields: HeavyTest = async ([folder, ...options], closing) => {
  if (!folder) return ['Name a folder with export files: npm run test:heavy -- import-fields FOLDER'];
  const [part = ''] = options.filter((option) => !option.startsWith('--'));
  const program = options.find((option) => option.startsWith(SHOWN_BY))?.slice(SHOWN_BY.length);
  const galley = await serve(closing);
  const faults: string[] = [];
  printHead();
  for (const name of readdirSync(folder).filter((one) => one.includes(part))) {
    const file = readFileSync(join(folder, name));
    const { row, judgement } = await examine(basename(name), file, galley, program);
    printRow(row);
    if (options.includes('--verbose')) printGaps(judgement);
    if (options.includes('--verbose')) printShown(judgement);
    faults.push(...row.faults.map((fault) => `${name}: ${fault}`));
  }
  return faults;
};

/** The program that shows a body as the former system does. */
const SHOWN_BY = '--shown-by=';

interface Galley {
  admin: Writer;
  pool: pg.Pool;
  empty: () => Promise<unknown>;
}

async function serve(closing: Closing): Promise<Galley> {
  const { galley, folder } = await openGalley(closing, {
    JWT_EXPIRES_IN: '24h',
    UPLOAD_MAX_SIZE: '104857600',
  });
  const pool = await openPool(closing, folder);
  const admin = await Writer.signUp(galley, 'fields@example.com');
  await pool.query("UPDATE users SET role = 'admin'");
  const empty = () =>
    pool.query(
      "TRUNCATE posts, tags, comments, import_keys, post_tags CASCADE; DELETE FROM users WHERE role <> 'admin'",
    );
  return { admin, pool, empty };
}

export interface Row extends Omit<Judgement, 'gaps'> {
  name: string;
  /** The tables that a second import changed. */
  again: string[];
  /** The spellings of the address under which an import created something. */
  doubled: string[];
  faults: string[];
}

async function examine(
  name: string,
  file: Buffer,
  galley: Galley,
  program: string | undefined,
): Promise<{ row: Row; judgement: Judgement }> {
  await galley.empty();
  const { report, refused, hasFailed } = await send(galley, file);
  if (!report) return refusedFile(name, refused, hasFailed);
  const judgement = await judge(file, report, galley, program);
  const before = await dump(galley.pool);
  await send(galley, file);
  const again = changedTables(before, await dump(galley.pool));
  const doubled = await moveSite(file, galley);
  const { gaps, shown } = judgement;
  const unexplained = shown.different.filter(({ why }) => why === undefined).length;
  const faults = [
    ...(gaps.length > 0 ? [`${gaps.length} fields are neither in the result nor in the report`] : []),
    ...(unexplained > 0 ? [`${unexplained} texts are shown in another way, and nothing explains it`] : []),
    ...(again.length > 0 ? [`a second import changed ${again.join(', ')}`] : []),
    ...(doubled.length > 0 ? [`the moved site (${doubled.join(', ')}) was imported again`] : []),
  ];
  return { row: { ...judgement, name, again, doubled, faults }, judgement };
}

/** A refusal is a result that the row shows. An error of the server is a fault. */
function refusedFile(name: string, why: string, hasFailed: boolean): { row: Row; judgement: Judgement } {
  const shown: ShownTexts = { compared: 0, different: [] };
  const none = { posts: 0, comments: 0, fields: 0, brought: 0, listed: 0, gaps: [] };
  const judgement = { kind: `refused: ${why}`, ...none, shown };
  const faults = hasFailed ? ['the server failed'] : [];
  return { row: { ...judgement, name, again: [], doubled: [], faults }, judgement };
}

async function moveSite(file: Buffer, galley: Galley): Promise<string[]> {
  const doubled: string[] = [];
  const before = await countRows(galley.pool);
  const moved = file.subarray(0, 1).toString() === '{' ? {} : movedFiles(file.toString('latin1'));
  for (const [spelling, text] of Object.entries(moved)) {
    const { report, refused } = await send(galley, Buffer.from(text, 'latin1'));
    if (!report) doubled.push(`${spelling}: ${refused}`);
    else if ((await countRows(galley.pool)) !== before) doubled.push(spelling);
  }
  return doubled;
}

interface Sent {
  report?: ImportReport;
  refused: string;
  hasFailed: boolean;
}

async function send({ admin }: Galley, file: Buffer): Promise<Sent> {
  const answer = await fetch(`${admin.galley.url}/api/v1/posts/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(file),
  });
  const text = await answer.text();
  if (answer.ok) return { report: JSON.parse(text) as ImportReport, refused: '', hasFailed: false };
  const { detail = `status ${answer.status}` } = JSON.parse(text) as { detail?: string };
  return { refused: detail, hasFailed: answer.status >= 500 };
}
