/** The longest delays of an event loop in ms: by the clock, and by the CPU time of the process. */
export interface HoldUps {
  clock: number;
  own: number;
}

/**
 * Returns the longest delays in the lines of loop-probe.
 * @param from a time in ms; earlier lines are ignored
 */
export function holdUps(lines: string, from: number): HoldUps {
  const seen = lines
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ').map(Number) as [at: number, clock: number, work: number])
    .filter(([at]) => at >= from);
  const own = Math.round(Math.max(0, ...seen.map(([, clock, work]) => Math.min(clock, work))));
  return { clock: Math.round(Math.max(0, ...seen.map(([, clock]) => clock))), own };
}
