import type { Logger as TypeOrmLogger } from 'typeorm';
import { codeOf, messageOf } from '../errors/thrown.js';
import type { Logger } from '../logging/logger.js';
import { whyNotConnected } from './connection-faults.js';

const MOST_STATEMENT_CHARACTERS = 500;
export const SLOW_MS = 1000;

/**
 * Writes the messages of TypeORM to the log: slow statements without their parameters, and warnings of its pool. Also
 * writes why the database cannot be used, and when it can be used again.
 */
export class StatementLog implements TypeOrmLogger {
  constructor(private readonly logger?: Logger) {}

  remarkIfSlow(tookMs: number, query: string): void {
    if (tookMs > SLOW_MS) this.logQuerySlow(Math.round(tookMs), query);
  }

  logQuerySlow(time: number, query: string): void {
    const statement = query.replace(/\s+/g, ' ').slice(0, MOST_STATEMENT_CHARACTERS);
    this.logger?.warn({ duration: time, statement }, 'slow statement');
  }

  /** @param fault the error of a connection, or undefined if the database can be used again */
  remarkOnBreaker(fault?: { error: unknown; isOpen: boolean }): void {
    if (!fault) return this.logger?.warn({}, 'the database can be used again');
    const { error, isOpen } = fault;
    const effect = isOpen
      ? 'the database cannot be used; requests that need it fail immediately'
      : 'the database rejects new connections; requests use those that are open';
    this.logger?.warn({ reason: whyNotConnected(error) ?? messageOf(error), code: codeOf(error) }, effect);
  }

  log(level: 'log' | 'info' | 'warn', message: string): void {
    if (level === 'warn')
      this.logger?.warn({ reason: message.slice(0, MOST_STATEMENT_CHARACTERS) }, 'database pool');
  }

  logQuery(): void {
    // The log would contain every statement of every request.
  }

  logQueryError(): void {
    // The error is thrown, and logged once if it ends a request.
  }

  logSchemaBuild(): void {
    // Only migrations build the schema.
  }

  logMigration(): void {
    // `galley migrate` prints its own steps.
  }
}
