import type { Environment } from './environment.schema.js';

/** What the process runs with: every variable parsed, what may be absent filled in. */
export interface Settings extends Environment {
  APP_VERSION: string;
  HOST: string;
  /** Absent in embedded mode until the database has started. */
  DATABASE_URL: string | undefined;
  DATABASE_SSL_MODE: 'disable' | 'require' | 'verify-full';
  JWT_SECRET: string;
  JWT_REFRESH_SECRET: string;
  REGISTRATION: 'open' | 'invite' | 'closed';
  REGISTRATION_ROLE: 'user' | 'author';
  SHUTDOWN_DELAY_MS: number;
  /** Neither development nor test. */
  production: boolean;
  /** No database was named, so Galley brings its own. */
  embedded: boolean;
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type -- an injection token with the settings' type
export interface Config extends Readonly<Settings> {}

/** The configuration, injected by type. Nothing else reads the environment. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Config {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }

  /** The same with some settings changed: the embedded database's address, a test's limits. */
  with(changes: Partial<Settings>): Config {
    return new Config({ ...(this as Settings), ...changes });
  }
}
