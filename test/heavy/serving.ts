import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { GalleyProcess, temporaryFolder } from './process.ts';

export interface Serving {
  galley: GalleyProcess;
  /** The folder for its data. */
  folder: string;
  /** Milliseconds from spawn to ready. */
  readyMs: number;
}

/** Creates a folder that is removed after the test. */
export function openFolder(closing: Closing): string {
  const { folder, remove } = temporaryFolder();
  closing.add(remove);
  return folder;
}

/** Starts a Galley with its embedded database. */
export async function openGalley(closing: Closing, environment?: Record<string, string>): Promise<Serving> {
  const folder = openFolder(closing);
  const galley = new GalleyProcess(folder, await freePort());
  const readyMs = await galley.start(environment);
  closing.add(() => galley.stop());
  return { galley, folder, readyMs };
}

/** Opens the embedded database of a folder, which continues after the process is killed. */
export async function openDatabase(
  closing: Closing,
  folder: string,
  settings?: Record<string, string>,
): Promise<EmbeddedPostgres> {
  const database = await EmbeddedPostgres.open({ dataDir: folder, settings });
  closing.add(() => database.release());
  return database;
}

/** Opens a pool on the embedded database of a folder. */
export async function openPool(closing: Closing, folder: string, max?: number): Promise<pg.Pool> {
  const { url } = await openDatabase(closing, folder);
  return poolOf(closing, url, max);
}

export function poolOf(closing: Closing, url: string, max?: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  closing.add(() => pool.end());
  return pool;
}
