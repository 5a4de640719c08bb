export interface Quantiles {
  p50: number;
  p99: number;
}

export function quantilesOf(all: number[]): Quantiles {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The quantiles of several runs, each by its median, so that one disturbed run does not count. */
export function medianOf(runs: Quantiles[]): Quantiles {
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return { p50: median(runs.map(({ p50 }) => p50)), p99: median(runs.map(({ p99 }) => p99)) };
}
