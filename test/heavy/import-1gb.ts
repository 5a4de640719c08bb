/**
 * Imports a generated WordPress export of 1 GB with the command into an embedded database, and measures the memory
 * of its process. It fails above 300 MB. `npm run test:heavy -- import-1gb [bytes, default 1000000000]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import type { Closing } from '../support/closing.ts';
import { wordpressExport } from '../support/wordpress-export.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openFolder, openPool } from './serving.ts';

const MOST_RSS_MB = 300;

export const import1gb: HeavyTest = async ([bytes = '1000000000'], closing) => {
  const folder = openFolder(closing);
  const file = join(folder, 'export.xml');
  const dataDir = join(folder, 'data');
  const written = await generate(file, Number(bytes));
  console.log(`${statSync(file).size} bytes, ${written.posts} posts, ${written.comments} comments`);
  const { peak, seconds, report } = await importFile(file, dataDir);
  const rows = await countRows(dataDir, closing);
  console.log(`peak ${peak} MB, ${seconds} s`, rows, JSON.stringify(report.counts));
  console.log(`${report.items.length} items listed`);
  return faultsAmong([
    peak > MOST_RSS_MB && `${peak} MB is more than ${MOST_RSS_MB}`,
    rows.posts !== written.posts && 'posts are missing',
    rows.comments !== written.comments && 'comments are missing',
    rows.counted !== rows.comments && 'comment counts are wrong',
  ]);
};

/** @returns the numbers of posts and comments of the file */
async function generate(file: string, bytes: number): Promise<{ posts: number; comments: number }> {
  const written = { posts: 0, comments: 0 };
  function* counted() {
    for (const part of wordpressExport({ bytes })) {
      if (part.startsWith('<item>')) written.posts += 1;
      written.comments += part.split('<wp:comment>').length - 1;
      yield part;
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(file));
  return written;
}

/** Returns the peak memory of a process in kB, or undefined if it has ended. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

interface ImportReport {
  counts: object;
  items: unknown[];
}

async function importFile(file: string, dataDir: string) {
  const since = performance.now();
  const child = spawn(process.execPath, ['dist/cli.js', 'import', file, '--json'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, GALLEY_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = 0;
  const watch = setInterval(() => (peak = peakOf(child.pid) || peak), 50);
  const output = text(child.stdout);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import ended with ${code}`);
  return {
    peak: Math.round(peak / 1024),
    seconds: Math.round((performance.now() - since) / 1000),
    report: JSON.parse(await output) as ImportReport,
  };
}

interface Rows {
  posts: number;
  comments: number;
  /** The sum of the comment counts of the posts. */
  counted: number;
  users: number;
  tags: number;
  post_tags: number;
}

async function countRows(dataDir: string, closing: Closing): Promise<Rows> {
  const pool = await openPool(closing, dataDir);
  const { rows } = await pool.query<Rows>(`
    SELECT (SELECT count(*)::int FROM posts) AS posts, (SELECT count(*)::int FROM comments) AS comments,
      (SELECT sum(comment_count)::int FROM posts) AS counted, (SELECT count(*)::int FROM users) AS users,
      (SELECT count(*)::int FROM tags) AS tags, (SELECT count(*)::int FROM post_tags) AS post_tags`);
  const [row] = rows;
  if (!row) throw new Error('nothing was counted');
  return row;
}
