import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Database, sql } from '../platform/database/database.js';
import { nameOf } from '../platform/database/migration-classes.js';
import { fits, readSchemaState, type SchemaState } from '../platform/database/schema-state.js';

/** A matching schema is checked again after this time, because a contract migration can raise the floor above this release. */
const BELIEVED_MS = 10_000;

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
    try {
      if (performance.now() < this.believedUntil) await this.database.query(sql`SELECT 1`);
      else {
        const state = await readSchemaState(this.database, this.source.migrations.map(nameOf));
        if (!fits(state)) return indicator.down({ message: whyNot(state) });
        this.believedUntil = performance.now() + BELIEVED_MS;
      }
      return indicator.up();
    } catch {
      return indicator.down({ message: 'does not respond' });
    }
  }
}

const whyNot = ({ status, missing }: SchemaState): string =>
  status === 'below-floor'
    ? 'the schema is newer than this release; run a newer release'
    : `the schema lacks migrations of this release (${missing.length}); run galley migrate`;
