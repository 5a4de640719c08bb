/** Nothing came in time. */
export class TooLate extends Error {
  constructor(ms: number) {
    super(`no response within ${ms} ms`);
    this.name = 'TooLate';
  }
}

/**
 * What `work` gives, or TooLate. Timers run before sockets are read, so after a
 * pause of this process an answer that has long arrived would look late: the
 * verdict waits until the sockets were read once more.
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => reject(new TooLate(ms)))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
