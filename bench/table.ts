import { availableParallelism, cpus } from 'node:os';
import { type Comparison, CONNECTIONS, type Startup, type Summary } from './measure.ts';
import type { BenchOptions } from './options.ts';

const COLUMNS = [
  ...['scenario', 'Galley /s', 'p50', 'p95', 'p99', 'CPU'],
  ...['limit', 'limit /s', 'p50', 'p95', 'p99', 'CPU', 'ratio', 'aim', 'faults'],
];

export const heading = ({ rounds, seconds }: Pick<BenchOptions, 'rounds' | 'seconds'>): string =>
  `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}. The server, the database and the load share them.
${CONNECTIONS} connections, ${rounds} × ${seconds} s in turn (A B A B), medians; latencies in ms; CPU of the server process in µs per request.

| ${COLUMNS.join(' | ')} |
${'|---'.repeat(COLUMNS.length)}|`;

export function row({ name, limit, aim, ours, theirs }: Comparison): string {
  const ratio = (ours.perSecond / theirs.perSecond).toFixed(2);
  const cells = [
    name,
    ...figures(ours),
    limit,
    ...figures(theirs),
    ratio,
    aim ?? '',
    ours.faults + theirs.faults,
  ];
  return `| ${cells.join(' | ')} |`;
}

const figures = ({ perSecond, p50, p95, p99, cpuMicros }: Summary): string[] => [
  perSecond.toFixed(0),
  ms(p50),
  ms(p95),
  ms(p99),
  cpuMicros.toFixed(0),
];

const ms = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 2 : 0));

export const closingLine = ({ readyMs, idleMegabytes }: Startup, megabytesAfter: number): string =>
  `\nready after ${readyMs.toFixed(0)} ms (database up), idle RSS ${idleMegabytes.toFixed(0)} MB; after the load ${megabytesAfter.toFixed(0)} MB`;
