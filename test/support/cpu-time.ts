/** Returns the CPU time of this thread in milliseconds, which other processes on the machine do not lengthen. */
export function cpuMs(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** What any input of a megabyte may cost. Time that grows with the square of the length is ten times as much. */
export const LINEAR_MS = 2000;
