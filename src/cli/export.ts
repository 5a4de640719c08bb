import { ExportService } from '../export/export.service.js';
import { exportTarget } from './export-target.js';
import { countBar } from './progress-bar.js';
import { collectGarbageSooner } from './small-heap.js';
import { stopSignals } from './stop-signals.js';
import { withApp } from './with-app.js';

interface Options {
  output?: string;
  emails?: boolean;
}

/** Writes all posts, pages and comments as lines of JSON, which `galley import` reads. */
export async function exportCommand({ output, emails }: Options): Promise<void> {
  collectGarbageSooner();
  const write = await exportTarget(output);
  const stop = stopSignals('Stopped. The export is incomplete.');
  const bar = output === undefined && process.stdout.isTTY ? undefined : countBar('posts');
  try {
    const counts = await withApp((app) => {
      const onProgress = (done: number, total: number) => {
        if (done === 1) bar?.start(total, 0);
        bar?.update(done);
      };
      return app.get(ExportService).run((lines) => write(lines, stop.signal), { emails, onProgress });
    });
    bar?.stop();
    if (output !== undefined) {
      console.error(`Wrote ${counts.posts} posts and pages and ${counts.comments} comments to ${output}`);
    }
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    bar?.stop();
    stop.forget();
  }
}
