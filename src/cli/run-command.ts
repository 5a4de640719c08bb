import { inspect } from 'node:util';
import { Command } from 'commander';
import { EXIT_CONFIG, InvalidConfig } from '../platform/config/config.errors.js';
import { whyNotConnected } from '../platform/database/connection-faults.js';
import { isCanceled, isLockRefused, problemOfDatabase } from '../platform/database/database-problems.js';
import { EmbeddedPostgresError } from '../platform/database/embedded/embedded-postgres.js';
import { MigrationError } from '../platform/database/migration-error.js';
import { causeOf, isAnswer, sayFault } from '../platform/database/session-faults.js';
import { Problem } from '../platform/errors/problem.js';
import { DatabaseUnavailable } from '../platform/errors/server-problems.js';
import { actingAs } from '../platform/origin/origin.js';
import { CommandError } from './command-error.js';
import { printableLines } from './terminal-text.js';

const EXIT_FAILURE = 1;

/** The reader of the output has exited (`… | head`). This is not an error, and completed work remains. */
const isReaderGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EPIPE';

type Run<A extends unknown[]> = (...args: A) => Promise<void>;

/** Runs a command that changes nothing in the database that a caller could miss. */
export const reading = <A extends unknown[]>(command: Run<A>): Run<A> => runCommand(command, '');

/** Runs a command that changes the database. */
export const writing = <A extends unknown[]>(command: Run<A>): Run<A> =>
  runCommand(command, ' The changes of this command may not be saved.');

/**
 * Turns an error of a command into a message and an exit code. Only unexpected errors print a stack.
 * @param loss what the end of the connection to the database means
 */
function runCommand<A extends unknown[]>(command: Run<A>, loss: string): Run<A> {
  return async (...args) => {
    process.stdout.on('error', (error) => {
      if (!isReaderGone(error)) throw error;
    });
    try {
      await actingAs({ via: 'cli', name: nameOf(args.at(-1)) }, () => command(...args));
    } catch (error) {
      if (isReaderGone(error)) return;
      process.exitCode = error instanceof InvalidConfig ? EXIT_CONFIG : EXIT_FAILURE;
      console.error(textOf(error, loss));
    }
  };
}

/** The message can quote a file. */
const textOf = (error: unknown, loss: string): string =>
  printableLines(
    error instanceof DatabaseUnavailable || isConnectionLost(error)
      ? withoutDatabase(error, loss)
      : (whyNotConnected(error) ??
          whyStopped(error) ??
          (isForPeople(error) ? sentence(error) : inspect(error))),
  );

/**
 * True for an error of the connection to the database that no part has turned into a problem. An error of a system call can
 * concern a file, so `whyNotConnected` knows those of the network.
 */
const isConnectionLost = (error: unknown): boolean =>
  !isForPeople(error) &&
  !isAnswer(error) &&
  [undefined, 'connect'].includes((error as NodeJS.ErrnoException).syscall) &&
  problemOfDatabase(error) instanceof DatabaseUnavailable;

/** The detail of this problem is about a request, which a command is not. */
const withoutDatabase = (error: unknown, loss: string): string =>
  whyNotConnected(causeOf(error)) ?? `The database ${sayFault(error)}.${loss} Run the command again.`;

/** PostgreSQL has rolled back the transaction. */
function whyStopped(error: unknown): string | undefined {
  if (isCanceled(error))
    return 'The database stopped a statement that took longer than DATABASE_STATEMENT_TIMEOUT_MS. Set a greater value and run the command again.';
  if (isLockRefused(error))
    return 'Another process keeps locked what this command changes. Run the command again when that process has finished.';
  return undefined;
}

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
