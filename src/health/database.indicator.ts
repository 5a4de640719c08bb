import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Database, sql } from '../platform/database/database.js';
import { nameOf } from '../platform/database/migration-classes.js';
import { fits, readSchemaState, type SchemaState } from '../platform/database/schema-state.js';
import { within } from '../platform/deadline/deadline.js';

/** Shorter than the 3 s timeout of the probe, so that the probe receives a response. */
const CHECK_TIMEOUT_MS = 2000;
/** A matching schema is checked again after this time, because a contract migration can raise the floor above this release. */
const BELIEVED_MS = 10_000;

/** What PostgreSQL responded: `reached` is false without a response, and `fault` is what prevents requests. */
export interface DatabaseFinding {
  reached: boolean;
  fault?: string;
}

/** Checks that PostgreSQL responds and that this release can run on its schema. A newer schema is accepted, because releases overlap. */
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
      return { reached: true, fault: await within(CHECK_TIMEOUT_MS, this.examine()) };
    } catch {
      return { reached: false, fault: 'does not respond' };
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
