/**
 * `npm run bench [-- --quick] [-- --only list]`: Galley with everything that an
 * operator enables, beside the lowest cost of the same response, on the same
 * data in the same run. The server, the database and the load share the cores
 * of the machine, so compare the ratios, not the figures of other machines.
 */
import { isMain } from '../scripts/tools/main.ts';
import { bench } from './bench.ts';
import { readOptions } from './options.ts';

if (isMain(import.meta)) await bench(readOptions(process.argv.slice(2)));
