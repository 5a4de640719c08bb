import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Database, sql } from '../platform/database/database.js';
import { nameOf } from '../platform/database/migration-classes.js';
import { problemOfDatabase } from '../platform/database/database-problems.js';
import { fits, readSchemaState, type SchemaState } from '../platform/database/schema-state.js';
import { causeOf, isAnswer, sayFault } from '../platform/database/session-faults.js';
import { within } from '../platform/deadline/deadline.js';

/** Shorter than the 3 s timeout of the probe, so that the probe receives a response. */
const CHECK_TIMEOUT_MS = 2000;
/** A schema that fits is checked again after this time, because a contract migration can raise its floor. */
const BELIEVED_MS = 10_000;

/** The result of a check, in which `fault` is a predicate about the database. */
export interface DatabaseFinding {
  /** False if this process has no connection on which PostgreSQL can run statements now. */
  reached: boolean;
  /** True if PostgreSQL responded, also with an error. Then the network is not the cause of a fault. */
  answered: boolean;
  /** What prevents requests. */
  fault?: string;
}

/**
 * Checks that PostgreSQL responds and that this release can run on its schema. A newer schema is accepted, because
 * releases overlap.
 */
@Injectable()
export class DatabaseIndicator {
  private believedUntil = 0;

  constructor(
    private readonly health: HealthIndicatorService,
    private readonly database: Database,
    private readonly source: DataSource,
  ) {}

  async check() {
    const indicator = this.health.check('database');
    const { fault } = await this.find();
    return fault === undefined ? indicator.up() : indicator.down({ message: fault });
  }

  async find(): Promise<DatabaseFinding> {
    try {
      const fault = await within(CHECK_TIMEOUT_MS, this.examine());
      return { reached: true, answered: true, fault };
    } catch (error) {
      const cause = causeOf(error);
      const answered = isAnswer(cause);
      const isLasting = answered && cause === error && problemOfDatabase(error) === undefined;
      return { reached: isLasting, answered, fault: sayFault(error) };
    }
  }

  private async examine(): Promise<string | undefined> {
    if (performance.now() < this.believedUntil) {
      await this.database.query(sql`SELECT 1`);
      return undefined;
    }
    const state = await readSchemaState(this.database, this.source.migrations.map(nameOf));
    if (!fits(state)) return whyNot(state);
    this.believedUntil = performance.now() + BELIEVED_MS;
    return undefined;
  }
}

const whyNot = ({ status, missing }: SchemaState): string =>
  status === 'below-floor'
    ? 'the schema is newer than this release; run a newer release'
    : `the schema lacks migrations of this release (${missing.length}); run galley migrate`;
