/** The process that `runLoad` forks: it runs each load that it receives and returns the result. */
import { Load, type LoadOptions } from './load.ts';

process.on('message', (options: LoadOptions) => {
  const load = new Load(options);
  void load.run(options.seconds).then(() => process.send?.(load.result()));
});
