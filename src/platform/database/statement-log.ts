import type { Logger as TypeOrmLogger } from 'typeorm';
import type { Logger } from '../logging/logger.js';

const MOST_STATEMENT_CHARACTERS = 500;
export const SLOW_MS = 1000;

/**
 * Writes the messages of TypeORM to the log: slow statements without their parameters, and warnings of its pool. Also
 * writes the turns of the breaker.
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

  /** @param reason why the breaker opened, or undefined if it closed */
  remarkOnBreaker(reason: string | undefined): void {
    if (reason === undefined) return this.logger?.warn({}, 'the database responds again');
    this.logger?.warn({ reason }, 'the database does not respond; requests that need it fail immediately');
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
