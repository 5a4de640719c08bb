/** The process that `runLoad` forks: it runs each load that it receives and returns the result. */
import { isMain } from '../scripts/tools/main.ts';
import { Load, type LoadOptions } from './load.ts';

if (isMain(import.meta))
  process.on('message', (options: LoadOptions) => {
    const load = new Load(options);
    void load.run(options.seconds).then(() => process.send?.(load.result()));
  });
