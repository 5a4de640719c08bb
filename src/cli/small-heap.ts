import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../platform/memory/collect-garbage.js';

/**
 * From this call on, V8 collects garbage earlier instead of letting the heap grow to several times the size of its
 * live objects. An import creates gigabytes of garbage, but only about 60 MB are live. Measured with an export of 60 MB:
 * a peak of 195 MB; 405 MB if the young generation has grown while the command started. The limit of the heap does not
 * change, so a single large post still fits.
 */
export function collectGarbageSooner(): void {
  setFlagsFromString('--heap-growing-percent=40');
  collectGarbage(); // The first collection begins only at a limit that depends on the memory of the machine.
}
