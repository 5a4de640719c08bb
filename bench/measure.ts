import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type GalleySettings, startGalley } from './galley.ts';
import type { LoadResult } from './load.ts';
import { median } from '../test/support/median.ts';
import type { BenchOptions } from './options.ts';
import { cpuSeconds, pin, rssMegabytes } from './processes.ts';
import { runLoad } from './run-load.ts';
import type { Scenario, Side } from './scenarios.ts';

export const CONNECTIONS = 50;
const ALL_CORES = `0-${availableParallelism() - 1}`;
const LAST_CORE = String(availableParallelism() - 1);

/** One run; `cpuMicros` is the CPU time of the server per request. */
type Run = LoadResult & { cpuMicros: number };

/** The medians of the runs of one side. */
export interface Summary extends Pick<Run, 'perSecond' | 'p50' | 'p95' | 'p99' | 'cpuMicros'> {
  /** Requests without a response, or with a status other than 2xx. */
  faults: number;
}

export interface Comparison extends Pick<Scenario, 'name' | 'limit' | 'aim'> {
  ours: Summary;
  theirs: Summary;
}

/** The medians of some starts: the time until ready, and the memory when idle. */
export interface Startup {
  readyMs: number;
  idleMegabytes: number;
}

type Rounds = Pick<BenchOptions, 'rounds' | 'seconds'>;

/** Runs both sides in turn (A B A B), after one run of each that makes the code hot. */
export async function compare(scenario: Scenario, { rounds, seconds }: Rounds): Promise<Comparison> {
  const { name, limit, aim } = scenario;
  const run = (side: Side) => measure(side, scenario, seconds);
  const [ours, theirs]: [Run[], Run[]] = [[], []];
  for (const side of [scenario.ours, scenario.theirs]) await run(side);
  for (let n = 0; n < rounds; n++) {
    ours.push(await run(scenario.ours));
    theirs.push(await run(scenario.theirs));
  }
  return { name, limit, aim, ours: summary(ours), theirs: summary(theirs) };
}

async function measure(
  { target, requests }: Side,
  { connections = CONNECTIONS, onOneCore }: Scenario,
  seconds: number,
): Promise<Run> {
  if (onOneCore) pin(target.pid, '0');
  const before = cpuSeconds(target.pid);
  const cores = onOneCore ? LAST_CORE : undefined;
  const result = await runLoad({ port: target.port, requests, connections, seconds, cores });
  if (onOneCore) pin(target.pid, ALL_CORES);
  return { ...result, cpuMicros: ((cpuSeconds(target.pid) - before) / result.count) * 1e6 };
}

export function summary(runs: Run[]): Summary {
  const of = (key: Exclude<keyof Summary, 'faults'>) => median(runs.map((run) => run[key]));
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p95: of('p95'),
    p99: of('p99'),
    cpuMicros: of('cpuMicros'),
    faults: runs.reduce((sum, run) => sum + faultsOf(run), 0),
  };
}

const faultsOf = ({ errors, refused }: Run): number =>
  Object.values(refused).reduce((sum, count) => sum + count, errors);

/** Starts Galley on a database that is up. */
export async function measureStartup(
  galleySettings: GalleySettings,
  { starts, idleMs }: Pick<BenchOptions, 'starts' | 'idleMs'>,
): Promise<Startup> {
  const [ready, idle]: [number[], number[]] = [[], []];
  for (let n = 0; n < starts; n++) {
    const galley = await startGalley(galleySettings);
    ready.push(galley.readyMs);
    await delay(idleMs);
    idle.push(rssMegabytes(galley.pid));
    await galley.stop();
  }
  return { readyMs: median(ready), idleMegabytes: median(idle) };
}
