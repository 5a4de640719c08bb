/** There was no response in time. */
export class TooLate extends Error {
  constructor(ms: number) {
    super(`no response within ${ms} ms`);
    this.name = 'TooLate';
  }
}

/**
 * Returns the result of `work`, or throws the error of `late`. Timers run before sockets are read, so after a pause of this
 * process a response that has already arrived would seem late. The check therefore waits until the sockets have
 * been read once more.
 */
export function within<T>(ms: number, work: Promise<T>, late = (): Error => new TooLate(ms)): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => reject(late()))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
