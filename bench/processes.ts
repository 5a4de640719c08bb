import { type ChildProcess, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const CLOCK_TICKS = 100; // USER_HZ of Linux

/** A process that is measured, and the port that it serves. */
export interface Target {
  port: number;
  pid: number;
}

/** Returns the CPU seconds that a process has used so far, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** Restricts a process and its threads to these cores, such as `0` or `0-3`, if the system supports it. */
export function pin(pid: number, cores: string): void {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
  } catch {
    // a system without taskset, or with one core
  }
}

/** Returns the memory of a process in MB. */
export const rssMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** @throws if the process did not start */
export function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process did not start');
  return pid;
}
