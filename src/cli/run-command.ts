import { inspect } from 'node:util';
import { Command } from 'commander';
import { EXIT_CONFIG, InvalidConfig } from '../platform/config/config.errors.js';
import { whyNotConnected } from '../platform/database/connection-faults.js';
import { EmbeddedPostgresError } from '../platform/database/embedded/embedded-postgres.js';
import { MigrationError } from '../platform/database/migration-error.js';
import { sayFault } from '../platform/database/session-faults.js';
import { Problem } from '../platform/errors/problem.js';
import { DatabaseUnavailable } from '../platform/errors/server-problems.js';
import { actingAs } from '../platform/origin/origin.js';
import { CommandError } from './command-error.js';
import { printableLines } from './terminal-text.js';

const EXIT_FAILURE = 1;

/** The reader of the output has exited (`… | head`). This is not an error, and completed work remains. */
const isReaderGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EPIPE';

/** Turns an error of a command into a message and an exit code. Only unexpected errors print a stack. */
export function runCommand<A extends unknown[]>(command: (...args: A) => Promise<void>) {
  return async (...args: A): Promise<void> => {
    process.stdout.on('error', (error) => {
      if (!isReaderGone(error)) throw error;
    });
    try {
      await actingAs({ via: 'cli', name: nameOf(args.at(-1)) }, () => command(...args));
    } catch (error) {
      if (isReaderGone(error)) return;
      process.exitCode = error instanceof InvalidConfig ? EXIT_CONFIG : EXIT_FAILURE;
      console.error(textOf(error));
    }
  };
}

/** The message can quote a file. */
const textOf = (error: unknown): string =>
  printableLines(
    error instanceof DatabaseUnavailable
      ? withoutDatabase(error)
      : (whyNotConnected(error) ?? (isForPeople(error) ? sentence(error) : inspect(error))),
  );

/** The detail of this problem is about a request, which a command is not. */
const withoutDatabase = (error: DatabaseUnavailable): string =>
  whyNotConnected(error.cause) ??
  `The database ${sayFault(error)}. The changes of this command may not be saved. Run it again.`;

/** Commander passes the command itself last. */
const nameOf = (last: unknown) => (last instanceof Command ? last.name() : undefined);

const isForPeople = (error: unknown): error is Error =>
  error instanceof InvalidConfig ||
  error instanceof EmbeddedPostgresError ||
  error instanceof CommandError ||
  error instanceof MigrationError ||
  error instanceof Problem;

function sentence(error: Error): string {
  const faults = error instanceof Problem ? (error.errors ?? []) : [];
  return [
    error.message,
    ...(faults.length > 1 ? faults.map(({ path, message }) => `  ${path}: ${message}`) : []),
  ].join('\n');
}
