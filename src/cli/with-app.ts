import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { type AppConfig, loadConfig } from '../settings.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { openDatabase } from '../platform/database/open-database.js';

/** Standard output is for the result of a command, so only warnings and errors are logged. */
const quiet = (config: AppConfig) => config.with({ LOG_LEVEL: 'error' });

/** Runs `work` with the services of the app and its database, alone or while a server is running. */
export async function withApp<T>(
  work: (app: INestApplicationContext) => Promise<T>,
  adjust = (config: AppConfig) => config,
): Promise<T> {
  const database = await openDatabase(loadConfig(readEnvironment()), (message) => console.error(message));
  try {
    const app = await NestFactory.createApplicationContext(
      AppModule.with(adjust(quiet(database.config)), 'command'),
      {
        logger: ['error', 'fatal'],
        abortOnError: false,
      },
    );
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  } finally {
    await database.release();
  }
}
