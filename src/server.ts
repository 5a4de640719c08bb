import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.setup.js';
import { banner } from './banner.js';
import { EXIT_CONFIG, InvalidConfig } from './platform/config/config.errors.js';
import { type AppConfig, configWarnings, loadConfig } from './settings.js';
import { readEnvironment } from './platform/config/read-environment.js';
import { EmbeddedPostgresError } from './platform/database/embedded/embedded-postgres.js';
import { MigrationError } from './platform/database/migration-error.js';
import { type OpenDatabase, openDatabase } from './platform/database/open-database.js';
import { Periodic } from './platform/periodic/periodic.js';
import { Lifecycle } from './platform/lifecycle/lifecycle.js';
import { Logger } from './platform/logging/logger.js';
import { Shutdown } from './shutdown.js';
import { letHeapGrow } from './start-heap.js';

const EXIT_FAILURE = 1;

/** Starts the process and resolves with its exit code after it has ended. */
export async function startServer(): Promise<number> {
  const shutdown = new Shutdown();
  try {
    const variables = readEnvironment();
    const config = loadConfig(variables);
    const logger = new Logger(config);
    for (const warning of configWarnings(config, variables)) logger.warn({}, warning);
    const database = await openDatabase(config, (message) => logger.info({}, message));
    const app = await createApp(database.config).catch(async (error: unknown) => {
      await database.release();
      throw error;
    });
    keepLogSmall(app, database);
    const ended = shutdown.whenSignalled(app, database, database.config);
    if (!shutdown.requested) {
      await listen(app, database.config).catch(async (error: unknown) => {
        await app.close();
        await database.release();
        throw error;
      });
    }
    if (process.stdout.isTTY && !config.production && !shutdown.requested)
      process.stdout.write(banner(await app.getUrl(), database.config, database.embedded));
    return await ended;
  } catch (error) {
    return explain(error);
  }
}

function keepLogSmall(app: NestFastifyApplication, { embedded }: OpenDatabase): void {
  if (embedded)
    app.get(Periodic).add({
      name: 'embedded-log-cut',
      roles: ['api', 'worker'],
      everyMs: 60_000,
      run: () => embedded.cutLog(),
    });
}

async function listen(app: NestFastifyApplication, config: AppConfig): Promise<void> {
  await app.listen(config.PORT, config.HOST);
  letHeapGrow();
  app.get(Lifecycle).serve();
  app.get(Logger).info(
    {
      url: await app.getUrl(),
      version: config.APP_VERSION,
      environment: config.DEPLOY_ENV ?? config.NODE_ENV,
    },
    'listening',
  );
}

/** Prints a message for faults that an operator can fix, and a stack for all others. */
function explain(error: unknown): number {
  if (error instanceof InvalidConfig) {
    complain(error.message, { faults: error.faults });
    return EXIT_CONFIG;
  }
  if (error instanceof EmbeddedPostgresError || error instanceof MigrationError) complain(error.message);
  else complain(whyNotListening(error as NodeJS.ErrnoException) ?? String((error as Error).stack ?? error));
  return EXIT_FAILURE;
}

/** Prints a sentence on a terminal, and otherwise a line of JSON for log collectors. */
function complain(message: string, facts: object = {}): void {
  if (process.stderr.isTTY) return console.error(message);
  const msg = message.split('\n', 1)[0];
  console.error(
    JSON.stringify({ level: 'fatal', time: new Date().toISOString(), ...facts, msg, detail: message }),
  );
}

function whyNotListening({ code, syscall, message }: NodeJS.ErrnoException): string | undefined {
  if (code === 'EADDRINUSE')
    return `Another program already listens on this port (${message}). Set PORT to a free port, or to 0 for any free port.`;
  if (syscall === 'listen' || syscall === 'bind')
    return `Galley cannot listen on this address (${message}). Check HOST and PORT.`;
  return undefined;
}
