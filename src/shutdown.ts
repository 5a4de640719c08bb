import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LifecycleSettings } from './platform/lifecycle/lifecycle.settings.js';
import type { OpenDatabase } from './platform/database/open-database.js';
import { Lifecycle } from './platform/lifecycle/lifecycle.js';
import { Logger } from './platform/logging/logger.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const EXIT_FORCED = 1;
/** npm forwards a Ctrl-C that the terminal has already sent to this process. Both count as one Ctrl-C. */
const SAME_CTRL_C_MS = 500;

/**
 * Shuts the process down in order: it becomes unready, waits until load balancers have noticed, accepts no new
 * connections, waits for the requests in flight, and closes the pools and the embedded database.
 * A second Ctrl-C, or SHUTDOWN_TIMEOUT_MS, ends it immediately.
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

  /** Resolves with the exit code after the shutdown is complete. */
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
