import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** A part of the names of the scenarios to run. */
  only: string;
  /** Runs of each side. */
  rounds: number;
  /** Of each run. */
  seconds: number;
  /** How often Galley is started to measure its start. */
  starts: number;
  /** The pause before the memory of an idle process is read. */
  idleMs: number;
}

/** @throws for an unknown option */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
  });
  const size = values.quick
    ? { rounds: 1, seconds: 1, starts: 1, idleMs: 500 }
    : { rounds: 3, seconds: 2, starts: 3, idleMs: 2000 };
  return { only: values.only, ...size };
}
