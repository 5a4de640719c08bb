import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DatabaseIndicator } from './database.indicator.js';
import { DatabaseWitness } from './database-witness.js';
import { healthSettings } from './health.settings.js';

/**
 * Decides whether the database permits that this process receives requests. A process is ready once PostgreSQL has
 * responded with a schema on which this release can run. If the process then loses PostgreSQL, it stays ready, because all
 * processes lose it together: they serve cached public reads, and 503 with Retry-After is better than a refused
 * connection. It becomes unready if another process still reaches PostgreSQL. The reason of the loss does not matter: a
 * wrong password is treated like silence.
 * Source: docs/decisions/0060-without-postgresql.md.
 */
@Injectable()
export class DatabaseReadiness {
  private wasReady = false;
  private lostAt: number | undefined;

  constructor(
    private readonly health: HealthIndicatorService,
    private readonly database: DatabaseIndicator,
    private readonly witness: DatabaseWitness,
    @Inject(healthSettings.KEY) private readonly config: ConfigType<typeof healthSettings>,
  ) {}

  async check() {
    const indicator = this.health.check('database');
    const { reached, answered, fault } = await this.database.find();
    if (reached) return this.found(fault) ? indicator.up() : indicator.down({ message: fault });
    if (!this.wasReady) return indicator.down({ message: fault });
    this.lostAt ??= performance.now();
    const alone = await this.whyAlone(performance.now() - this.lostAt, answered);
    return alone === undefined
      ? indicator.degraded({ message: `${fault}; public reads are served from the cache` })
      : indicator.down({ message: `${fault}; ${alone}` });
  }

  private found(fault: string | undefined): boolean {
    this.lostAt = undefined;
    this.wasReady = fault === undefined;
    if (this.wasReady) void this.witness.testify();
    return this.wasReady;
  }

  private async whyAlone(lostForMs: number, answered: boolean): Promise<string | undefined> {
    if (!this.witness.enabled) return undefined;
    const othersReachIt = await this.witness.othersReachedIt(lostForMs);
    if (othersReachIt) return 'another process reaches it';
    if (othersReachIt === false || answered) return undefined;
    const isOver = lostForMs >= this.config.READY_WITHOUT_DATABASE_SECONDS * 1000;
    return isOver ? 'Redis does not respond either' : undefined;
  }
}
