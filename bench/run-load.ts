import { Child } from './child.ts';
import type { LoadOptions, LoadResult } from './load.ts';
import { pin } from './processes.ts';

/** Runs one load in a separate process, so that it does not share an event loop with a server. */
export async function runLoad({ cores, ...options }: LoadOptions & { cores?: string }): Promise<LoadResult> {
  const child = new Child('client.ts');
  if (cores) pin(child.pid, cores);
  child.send(options);
  try {
    return await child.message<LoadResult>();
  } finally {
    await child.stop();
  }
}
