import { type ChildProcess, spawn } from 'node:child_process';
import type { DataSource, QueryRunner } from 'typeorm';
import { loadConfig } from '../../src/settings.js';
import { commandLimits, createDataSource } from '../../src/platform/database/data-source.js';
import { migrationClasses, type PhasedMigration } from '../../src/platform/database/migration-classes.js';

type MigrationClass = new () => PhasedMigration;

/** Later than the times of all real migrations. */
const FIRST_TIME = 9_000_000_000_000;

/** Returns a migration with these statements, or with a function that uses the runner. */
export function aMigration(
  number: number,
  up: string[] | ((runner: QueryRunner) => Promise<void>),
  given: Partial<Pick<PhasedMigration, 'phase' | 'completes' | 'transaction'>> = {},
): MigrationClass {
  return class implements PhasedMigration {
    name = `Step${FIRST_TIME + number}`;
    phase = given.phase ?? ('expand' as const);
    completes = given.completes;
    transaction = given.transaction;

    async up(runner: QueryRunner): Promise<void> {
      if (typeof up === 'function') return up(runner);
      for (const statement of up) await runner.query(statement);
    }

    down(): Promise<void> {
      return Promise.reject(new Error('forward only'));
    }
  };
}

/** Returns the data source of a release that has the real migrations and these. */
export async function sourceWith(url: string, migrations: MigrationClass[]): Promise<DataSource> {
  const source = await createDataSource(loadConfig({ NODE_ENV: 'test', DATABASE_URL: url }), commandLimits);
  source.setOptions({ migrations: [...(await migrationClasses()), ...migrations] });
  return source.initialize();
}

export interface Command {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  /** The lines of its output, parsed. */
  lines: () => Record<string, any>[];
  ended: Promise<number | null>;
}

/** Starts the built command as a separate process. */
export function galley(args: string[], settings: Record<string, string>): Command {
  return running([`dist/cli.js`, ...args], settings);
}

export function running(args: string[], settings: Record<string, string>): Command {
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      JWT_SECRET: 'migrations-are-run-with-this-0123456789',
      JWT_REFRESH_SECRET: 'migrations-refresh-with-this-9876543210',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
  return {
    child,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    lines: () =>
      printed.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, any>),
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}
