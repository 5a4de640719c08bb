import type { Pool } from 'pg';
import type { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { GalleyProcess } from './process.ts';
import { openDatabase, openFolder, poolOf } from './serving.ts';

/** No limit, and sessions that outlive the test. */
const WITHOUT_LIMITS = {
  JWT_EXPIRES_IN: '24h',
  RATE_LIMIT_MAX: '100000000',
  RATE_LIMIT_WRITE_MAX: '100000000',
  RATE_LIMIT_USER_MAX: '100000000',
  RATE_LIMIT_USER_WRITE_MAX: '100000000',
  REGISTER_RATE_LIMIT_MAX: '1000000',
  CHANGES_WAITING_PER_CALLER_MAX: '1000',
};

/** Processes with one database, which continues while they are killed. */
export class Deployment {
  readonly folder: string;
  readonly database: EmbeddedPostgres;
  readonly pool: Pool;
  private readonly closing: Closing;

  private constructor(closing: Closing, folder: string, database: EmbeddedPostgres) {
    this.closing = closing;
    this.folder = folder;
    this.database = database;
    this.pool = poolOf(closing, database.url, 10);
  }

  static async open(closing: Closing): Promise<Deployment> {
    const folder = openFolder(closing);
    return new Deployment(closing, folder, await openDatabase(closing, folder));
  }

  /** Creates a process, which does not run yet. */
  async process(settings: Record<string, string> = {}): Promise<DeployedProcess> {
    const galley = new DeployedProcess(this.folder, await freePort(), settings);
    this.closing.add(() => galley.end());
    return galley;
  }

  async started(count: number, settings?: Record<string, string>): Promise<DeployedProcess[]> {
    const processes = [];
    for (let n = 0; n < count; n++) {
      const galley = await this.process(settings);
      await galley.start();
      processes.push(galley);
    }
    return processes;
  }

  async query<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.pool.query(text, values)).rows as Row[];
  }
}

/** A process that starts again with the same settings. */
export class DeployedProcess extends GalleyProcess {
  private readonly settings: Record<string, string>;
  /** The time at which it was ready. */
  readyAt = 0;

  constructor(folder: string, port: number, settings: Record<string, string>) {
    super(folder, port);
    this.settings = settings;
  }

  get isRunning(): boolean {
    return this.exited !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  override async start(settings: Record<string, string> = {}): Promise<number> {
    const took = await super.start({ ...WITHOUT_LIMITS, ...this.settings, ...settings });
    this.readyAt = Date.now();
    return took;
  }

  /** Ends the process with SIGKILL. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async end(): Promise<void> {
    if (this.exited) await this.stop('SIGKILL');
  }
}
