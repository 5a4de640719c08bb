import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Database, sql } from '../platform/database/database.js';

/** Does PostgreSQL answer, and is its schema at least ours? A database ahead is fine: releases overlap. */
@Injectable()
export class DatabaseIndicator {
  private schemaSeen = false;

  constructor(
    private readonly health: HealthIndicatorService,
    private readonly database: Database,
    private readonly source: DataSource,
  ) {}

  async check() {
    const indicator = this.health.check('database');
    try {
      if (!this.schemaSeen) {
        const behind = await this.missingMigrations();
        if (behind > 0)
          return indicator.down({ message: `schema is ${behind} migrations behind: run galley migrate` });
        this.schemaSeen = true;
      }
      await this.database.query(sql`SELECT 1`);
      return indicator.up();
    } catch {
      return indicator.down({ message: 'does not answer' });
    }
  }

  private async missingMigrations(): Promise<number> {
    const [table] = await this.database.query<{ present: boolean }>(
      sql`SELECT to_regclass('migrations') IS NOT NULL AS present`,
    );
    const applied = table?.present
      ? await this.database.query<{ name: string }>(sql`SELECT name FROM migrations`)
      : [];
    const names = new Set(applied.map((row) => row.name));
    return this.source.migrations.filter(
      (migration) => !names.has(migration.name ?? migration.constructor.name),
    ).length;
  }
}
