import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { untilReady } from '../support/ready.ts';

/** A limit that is sufficient for a busy machine. */
const READY_MS = 180_000;

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A wrapper for the program of a process and its arguments. */
interface Cgroup {
  enter: (program: string, args: string[]) => [string, string[]];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A built Galley as a separate process, in embedded mode on loopback. */
export class GalleyProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly port: number;
  readonly folder: string;
  /** The output of stdout and stderr since its start. */
  output = '';
  private started: { child: Child; exited: Promise<Exit> } | undefined;

  /** @param folder the built checkout; the default is this one */
  constructor(dataDir: string, port: number, folder = '.') {
    this.dataDir = dataDir;
    this.folder = folder;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    // This also happens if the test fails. The process ends its database, too.
    process.once('exit', () => this.started?.child.kill());
  }

  /**
   * @param cgroup the MemoryCgroup in which it runs, if any
   * @returns the milliseconds from spawn to ready
   */
  async start(environment: Record<string, string> = {}, cgroup?: Cgroup): Promise<number> {
    const since = performance.now();
    const program: [string, string[]] = [process.execPath, ['dist/main.js']];
    this.output = '';
    const child = spawn(...(cgroup ? cgroup.enter(...program) : program), {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        GALLEY_DATA_DIR: this.dataDir,
        PORT: String(this.port),
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        RATE_LIMIT_USER_WRITE_MAX: '1000000',
        RATE_LIMIT_USER_MAX: '1000000',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    const exited = new Promise<Exit>((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    );
    this.started = { child, exited };
    await this.untilReady();
    return performance.now() - since;
  }

  untilReady(): Promise<void> {
    return untilReady(this.url, { child: this.child, output: () => this.output, atMostMs: READY_MS });
  }

  /** @throws before the first start */
  get child(): Child {
    if (!this.started) throw new Error('it was not started');
    return this.started.child;
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('it has no process');
    return pid;
  }

  /** How the process ends, or undefined before the first start. */
  get exited(): Promise<Exit> | undefined {
    return this.started?.exited;
  }

  /** The process ids of the postmaster and its backends. */
  databasePids(): number[] {
    const postmaster = Number(
      readFileSync(join(this.dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n', 1)[0],
    );
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
    return [postmaster, ...children];
  }

  /** Kills everything with SIGKILL, either the database or the process first. */
  async killTree(databaseFirst: boolean): Promise<void> {
    const database = this.databasePids();
    const node = [this.pid];
    for (const pid of databaseFirst ? [...database, ...node] : [...node, ...database]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The process ended together with the previous one.
      }
    }
    await this.exited;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.child.kill(signal);
    return (await this.exited) ?? { code: null, signal: null };
  }
}

export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'galley-heavy-'));
  chmodSync(folder, 0o711);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
