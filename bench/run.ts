/**
 * `npm run bench [-- --quick] [-- --only list]`: Galley with everything that an
 * operator enables, beside the lowest cost of the same response, on the same
 * data in the same run. The server, the database and the load share the cores
 * of the machine, so compare the ratios, not the figures of other machines.
 */
import { bench } from './bench.ts';
import { readOptions } from './options.ts';

await bench(readOptions(process.argv.slice(2)));
