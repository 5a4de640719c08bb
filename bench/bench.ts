import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { Closing } from '../test/support/closing.ts';
import { writeData } from './data.ts';
import { compare, measureStartup } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { rssMegabytes } from './processes.ts';
import { scenariosOf } from './scenarios.ts';
import { startSubjects } from './subjects.ts';
import { closingLine, heading, row } from './table.ts';
import { writeTail } from './tail.ts';

/** Prints the table. Ends all processes that it has started, even if it fails. */
export async function bench(options: BenchOptions): Promise<void> {
  const closing = new Closing();
  try {
    await run(options, closing);
  } finally {
    await closing.close();
  }
}

async function run(options: BenchOptions, closing: Closing): Promise<void> {
  const folder = temporaryFolder(closing);
  const databaseUrl = await openDatabase(folder, closing);
  const data = await writeData(databaseUrl, folder);
  const slugs = await writeTail(databaseUrl);
  const startup = await measureStartup({ databaseUrl, folder }, options);
  const subjects = await startSubjects({ databaseUrl, folder }, data, slugs, closing);
  console.log(heading(options));
  for (const scenario of scenariosOf(subjects).filter(({ name }) => name.includes(options.only)))
    console.log(row(await compare(scenario, options)));
  console.log(closingLine(startup, rssMegabytes(subjects.cached.pid)));
}

function temporaryFolder(closing: Closing): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'));
  closing.add(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o711); // if root runs the bench, the account of PostgreSQL must be able to enter
  return folder;
}

async function openDatabase(folder: string, closing: Closing): Promise<string> {
  const database = await EmbeddedPostgres.open({ dataDir: folder, settings: { max_connections: '200' } });
  closing.add(() => database.release());
  const migrate = [join(import.meta.dirname, '../dist/cli.js'), 'migrate'];
  await promisify(execFile)(process.execPath, migrate, {
    env: { PATH: process.env.PATH, GALLEY_DATA_DIR: folder, DATABASE_URL: database.url },
  });
  return database.url;
}
