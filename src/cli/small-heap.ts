import { setFlagsFromString } from 'node:v8';

/**
 * From this call on, V8 collects garbage earlier instead of letting the heap grow to several times the size of its
 * live objects. An import creates gigabytes of garbage, but only about 60 MB are live. Measured: a peak of 250 MB
 * with an export of 1 GB; without this call, 460 MB with 50 MB, in about the same time. The limit of the heap does
 * not change, so a single large post still fits.
 */
export function collectGarbageSooner(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=40');
}
