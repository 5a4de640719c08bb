import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { PORT, type Place } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { makePrivateDirectory } from './files.js';
import { openLog, type LogPassage } from './server-log.js';
import { isServer, runningServer, type RunningServer } from './pid-file.js';
import { asServer } from './server-user.js';
import { disarmLockFile } from './stale-lock.js';

/** One attempt to start the server. */
export interface Launch {
  pid: number;
  /** Null while the process is running. */
  exit: { code: number | null; said: string } | null;
}

/** Starts and stops the server process of one location. The caller decides when. */
export class Postmaster {
  constructor(
    private readonly place: Place,
    private readonly binaries: Binaries,
    /** Additional settings of the server, for example `{ fsync: 'off' }`. */
    private readonly settings: Record<string, string>,
  ) {}

  running(): Promise<RunningServer | null> {
    return runningServer(this.place.data);
  }

  /**
   * Starts the server in its own process session, so that Ctrl-C on the terminal does not reach it and it continues
   * after this process. If several processes do this at the same time, PostgreSQL lets one of them succeed.
   * @throws EmbeddedPostgresError if the program cannot be run
   */
  async launch(): Promise<Launch> {
    const { place } = this;
    await makePrivateDirectory(place.socketDir, place.user);
    // PostgreSQL rejects a folder that `chmod -R` has opened to other accounts.
    await makePrivateDirectory(place.data, place.user);
    await this.disarmStaleLocks();
    const log = await openLog(place.logFile, place.user);
    try {
      return await this.spawn(log);
    } finally {
      await log.file.close();
    }
  }

  private spawn(log: LogPassage): Promise<Launch> {
    const program = join(this.binaries.root, 'bin', 'postgres');
    const child = spawn(program, this.arguments(), {
      ...asServer(this.place.user),
      detached: true,
      stdio: ['ignore', log.file.fd, log.file.fd],
    });
    child.unref();
    return new Promise((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new EmbeddedPostgresError(`Cannot run ${program}: ${cause.message}`, { cause })),
      );
      child.once('spawn', () => {
        const launch: Launch = { pid: child.pid as number, exit: null };
        child.once('exit', (code) => (launch.exit = { code, said: log.read() }));
        resolve(launch);
      });
    });
  }

  /** `-D` is the first argument, by which a later process recognizes the server. */
  private arguments(): string[] {
    const settings = {
      listen_addresses: '',
      port: String(PORT),
      // This setting is a list of folders, in which quotes protect commas.
      unix_socket_directories: `"${this.place.socketDir.replaceAll('"', '""')}"`,
      unix_socket_permissions: '0700',
      cluster_name: 'galley',
      timezone: 'UTC',
      log_timezone: 'UTC',
      // This omits failed statements. The application reports them, and their text can be private.
      log_min_messages: 'log',
      ...this.settings,
    };
    return [
      '-D',
      this.place.data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
  }

  private async disarmStaleLocks(): Promise<void> {
    const { data, socketDir } = this.place;
    const isStale = async (pid: number) => (await this.running())?.pid !== pid;
    await disarmLockFile(join(data, 'postmaster.pid'), isStale);
    await disarmLockFile(join(socketDir, `.s.PGSQL.${PORT}.lock`), isStale);
  }

  /**
   * Fast shutdown: sessions end, transactions roll back, and a checkpoint is written. It resolves when the process
   * has ended. After 20 s the server is stopped immediately, and the next start recovers.
   * @throws EmbeddedPostgresError if the server continues to run
   */
  async stop(): Promise<void> {
    const server = await this.running();
    if (!server || (await this.ended(server.pid, 'SIGINT', 20_000))) return;
    if (await this.ended(server.pid, 'SIGQUIT', 10_000)) return;
    throw new EmbeddedPostgresError(
      `The database server (pid ${server.pid}) does not stop; see ${this.place.logFile}`,
    );
  }

  private async ended(pid: number, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    try {
      process.kill(pid, signal);
    } catch {
      // The process ended between the check and the signal. The loop detects this.
    }
    while (await isServer(pid, this.place.data)) {
      if (Date.now() > deadline) return false;
      await sleep(15);
    }
    return true;
  }
}
