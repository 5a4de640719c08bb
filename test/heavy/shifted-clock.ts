/**
 * Shifts the clock of the process that loads this file first, by CLOCK_OFFSET_MS:
 * `NODE_OPTIONS=--import=…/shifted-clock.ts`. Timers and the clock of the database are not affected.
 */
const OFFSET_MS = Number(process.env.CLOCK_OFFSET_MS);
const Present = Date;

globalThis.Date = new Proxy(Present, {
  construct: (target, args: [], newTarget: DateConstructor) =>
    Reflect.construct(target, args.length === 0 ? [Present.now() + OFFSET_MS] : args, newTarget) as Date,
  apply: () => new Present(Present.now() + OFFSET_MS).toString(),
  get: (target, name, receiver) =>
    name === 'now' ? () => Present.now() + OFFSET_MS : (Reflect.get(target, name, receiver) as unknown),
});
