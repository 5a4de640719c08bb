/** Preloaded into a process whose memory is measured: SIGUSR2 collects its garbage, which is no part of what clients cost. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => collect());
