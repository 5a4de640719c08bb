import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LifecycleSettings } from './platform/lifecycle/lifecycle.settings.js';
import type { OpenDatabase } from './platform/database/open-database.js';
import { Lifecycle } from './platform/lifecycle/lifecycle.js';
import { Logger } from './platform/logging/logger.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const EXIT_FORCED = 1;
/** npm passes on the Ctrl-C that the terminal has sent to us already: that is one Ctrl-C. */
const SAME_CTRL_C_MS = 500;

/**
 * The end in order: unready, wait until balancers have noticed, no new
 * connections, requests in flight end, then pools, then an embedded database.
 * A second Ctrl-C, or SHUTDOWN_TIMEOUT_MS, ends it at once.
 */
export class Shutdown {
  private signal: NodeJS.Signals | undefined;
  private signalledAt = 0;
  private readonly asked: Promise<void>;

  constructor() {
    this.asked = new Promise((resolve) => {
      for (const name of SIGNALS) {
        process.on(name, () => {
          if (this.signal === undefined) {
            this.signal = name;
            this.signalledAt = performance.now();
            resolve();
          } else if (name === 'SIGINT' && performance.now() - this.signalledAt > SAME_CTRL_C_MS) {
            process.exit(EXIT_FORCED);
          }
        });
      }
    });
  }

  get requested(): boolean {
    return this.signal !== undefined;
  }

  /** Resolves with the exit code once everything has ended. */
  async whenSignalled(
    app: NestFastifyApplication,
    database: OpenDatabase,
    config: LifecycleSettings,
  ): Promise<number> {
    await this.asked;
    const logger = app.get(Logger);
    logger.info({ signal: this.signal, delay: config.SHUTDOWN_DELAY_MS }, 'shutting down');
    setTimeout(() => {
      logger.error({ timeout: config.SHUTDOWN_TIMEOUT_MS }, 'forced to exit with requests in flight');
      process.exit(EXIT_FORCED);
    }, config.SHUTDOWN_TIMEOUT_MS).unref();
    app.get(Lifecycle).drain();
    await delay(config.SHUTDOWN_DELAY_MS);
    await app.close();
    await database.release();
    logger.info({}, 'ended');
    return 0;
  }
}
