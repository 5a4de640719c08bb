import { ImportService } from '../../import/import.service.js';
import { isProduction } from '../../platform/config/process.settings.js';
import { readEnvironment } from '../../platform/config/read-environment.js';
import { Renderer } from '../../platform/content/renderer.js';
import { CommandError } from '../command-error.js';
import { countBar } from '../progress-bar.js';
import { collectGarbageSooner } from '../small-heap.js';
import { stopSignals } from '../stop-signals.js';
import { withApp } from '../with-app.js';
import { remembered } from './remembered.js';
import { SEED_EMAIL, SEED_PASSWORD, seedItems } from './seed-items.js';

const MOST_POSTS = 1_000_000;

/** Fills the database with sample posts, which are the same in each run. Existing items are not changed. */
export async function seedCommand({ posts: asked }: { posts: string }): Promise<void> {
  const posts = /^\d{1,7}$/.test(asked) ? Number(asked) : NaN;
  if (!(posts >= 1 && posts <= MOST_POSTS))
    throw new CommandError(`--posts must be a whole number from 1 to ${MOST_POSTS}`);
  const environment = readEnvironment().NODE_ENV;
  if (isProduction(environment)) {
    throw new CommandError(
      `seed creates accounts with a publicly known password, so it does not run with NODE_ENV=${environment}`,
    );
  }
  collectGarbageSooner();
  const stop = stopSignals('Stopped. Nothing was seeded.');
  const bar = countBar('posts');
  const items = async function* () {
    let done = 0;
    bar?.start(posts, 0);
    for (const item of seedItems(posts)) {
      if ('post' in item) bar?.update((done += 1));
      yield await Promise.resolve(item);
    }
  };
  try {
    const { counts } = await withApp((app) =>
      app
        .get(ImportService)
        .take(items, { signal: stop.signal, rendering: remembered(app.get(Renderer).here) }),
    );
    bar?.stop();
    const made = ['post', 'page', 'comment', 'author', 'tag'].map(
      (kind) => `${counts[kind]?.imported ?? 0} ${kind}s`,
    );
    console.log(`Created ${made.join(', ')}. Items that already existed were not changed.`);
    console.log(`To log in: ${SEED_EMAIL}, ${SEED_PASSWORD}`);
  } finally {
    bar?.stop();
    stop.forget();
  }
}
