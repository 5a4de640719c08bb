import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const MEBIBYTE = 1024 * 1024;

/** A control group of Linux that kills a process if it uses more memory, like a container. */
export class MemoryCgroup {
  private readonly folder: string;
  private readonly versionOne: boolean;

  /** @returns the group, or undefined if this account cannot create one */
  static make(megabytes: number): MemoryCgroup | undefined {
    const versionOne = existsSync(join(ROOT, 'memory/memory.limit_in_bytes'));
    const folder = join(versionOne ? join(ROOT, 'memory') : ROOT, `galley-heavy-${process.pid}`);
    try {
      mkdirSync(folder);
      const limit = versionOne ? 'memory.limit_in_bytes' : 'memory.max';
      writeFileSync(join(folder, limit), String(megabytes * MEBIBYTE));
      return new MemoryCgroup(folder, versionOne);
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
      return undefined;
    }
  }

  private constructor(folder: string, versionOne: boolean) {
    this.folder = folder;
    this.versionOne = versionOne;
    process.once('exit', () => this.remove());
  }

  /** Returns a command whose process enters the group before it executes the given command. */
  enter(command: string, args: string[]): [string, string[]] {
    return ['sh', ['-c', 'echo $$ > "$0" && exec "$@"', join(this.folder, 'cgroup.procs'), command, ...args]];
  }

  /** The peak memory of the group, including its file cache. */
  peakMegabytes(): number {
    const file = this.versionOne ? 'memory.max_usage_in_bytes' : 'memory.peak';
    return Number(readFileSync(join(this.folder, file), 'utf8')) / MEBIBYTE;
  }

  private remove(): void {
    if (existsSync(this.folder)) rmdirSync(this.folder);
  }
}

/** Returns the peak memory of a process since its start or since `forgetPeak`, in MB. */
export const peakMegabytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');
