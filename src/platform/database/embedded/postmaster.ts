import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries } from './binaries.js';
import { port, type Place } from './data-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { makePrivateDirectory } from './files.js';
import { openLog, type LogPassage } from './server-log.js';
import { isServer, runningServer, type RunningServer } from './pid-file.js';
import { asServer } from './server-user.js';
import { disarmLockFile } from './stale-lock.js';

/** One attempt to start the server. */
export interface Launch {
  pid: number;
  /** Null while the process lives. */
  exit: { code: number | null; said: string } | null;
}

/** Starts and stops the server process of one place. Whether it should be, others decide. */
export class Postmaster {
  constructor(
    private readonly place: Place,
    private readonly binaries: Binaries,
    /** Server settings besides our own, such as `{ fsync: 'off' }`. */
    private readonly settings: Record<string, string>,
  ) {}

  running(): Promise<RunningServer | null> {
    return runningServer(this.place.data);
  }

  /**
   * Spawns the server in a session of its own, where Ctrl-C on the terminal does not reach it and where
   * it outlives this process. Of several at once PostgreSQL itself lets one through.
   * @throws EmbeddedPostgresError when the program cannot be run
   */
  async launch(): Promise<Launch> {
    const { place } = this;
    await makePrivateDirectory(place.socketDir, place.user);
    await makePrivateDirectory(place.data, place.user); // PostgreSQL refuses one that a chmod -R has opened
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
        const launch: Launch = { pid: child.pid!, exit: null };
        child.once('exit', (code) => (launch.exit = { code, said: log.read() }));
        resolve(launch);
      });
    });
  }

  /** `-D` stands first: by it a later process recognizes the server. */
  private arguments(): string[] {
    const settings = {
      listen_addresses: '',
      port: String(port),
      unix_socket_directories: `"${this.place.socketDir.replaceAll('"', '""')}"`, // a list: quotes save commas
      unix_socket_permissions: '0700',
      cluster_name: 'galley',
      timezone: 'UTC',
      log_timezone: 'UTC',
      // Leaves out failed statements: the application reports those, and their text may be private.
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
    await disarmLockFile(join(socketDir, `.s.PGSQL.${port}.lock`), isStale);
  }

  /**
   * Fast shutdown (sessions end, transactions roll back, a checkpoint is written); returns once the
   * process is gone. After 20 s it is told to quit at once, which the next start recovers from.
   * @throws EmbeddedPostgresError when it stays in spite of that
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
      // Gone between the look and the signal: the loop sees it.
    }
    while (await isServer(pid, this.place.data)) {
      if (Date.now() > deadline) return false;
      await sleep(15);
    }
    return true;
  }
}
