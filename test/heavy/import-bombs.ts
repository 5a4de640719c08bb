/**
 * Sends malicious files, valid files of 10 MB and almost valid exports to a real server, and observes its event
 * loop from inside and with requests from outside. It fails if the server works for more than 100 ms in one turn of
 * its loop, returns 5xx, or rejects a file that it should import.
 * `npm run test:heavy -- import-bombs [bytes of a bomb, default 9500000] [almost-exports, default 1000] [seed]`
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Closing } from '../support/closing.ts';
import { BOMBS } from '../support/import-bombs.ts';
import { freePort } from '../support/loopback.ts';
import { wordpressExport } from '../support/wordpress-export.ts';
import type { HeavyTest } from './heavy-test.ts';
import { holdUps } from './hold-ups.ts';
import { almostExports } from './import-fuzz.ts';
import { LiveProber } from './live-prober.ts';
import { GalleyProcess } from './process.ts';
import { openFolder, openPool } from './serving.ts';
import { Writer } from './writer.ts';

const MOST_MS = 100;
const TABLES = 'posts, tags, comments, import_keys, post_tags';

export const importBombs: HeavyTest = async (
  [bytes = '9500000', almost = '1000', seed = String(Date.now() % 2 ** 31)],
  closing,
) => {
  const { importer, truncate } = await serve(closing);
  console.log(
    `${'file'.padEnd(62)}      MB status seconds memory   work  clock   wait  (MB; ms: greatest in one turn; of /health/live)`,
  );
  await sendHonest(importer, Number(bytes));
  const only = process.env.BOMB ? new RegExp(process.env.BOMB) : /./;
  for (const { name, make, refusal } of BOMBS.filter((bomb) => only.test(bomb.name))) {
    await truncate();
    const file = make(Number(bytes));
    report(name, Buffer.byteLength(file), await importer.send(name, file, refusal ? 400 : 200), importer);
  }
  await sendAlmost(importer, truncate, Number(almost), Number(seed));
  return importer.faults;
};

async function serve(closing: Closing): Promise<{ importer: Importer; truncate: () => Promise<unknown> }> {
  const folder = openFolder(closing);
  const probe = join(folder, 'probe');
  // GALLEY_CHECKOUT is a built checkout for a comparison. The default is this one.
  const galley = new GalleyProcess(folder, await freePort(), process.env.GALLEY_CHECKOUT ?? '.');
  await galley.start({
    JWT_EXPIRES_IN: '24h',
    UPLOAD_MAX_SIZE: '20971520',
    PROBE_FILE: probe,
    NODE_OPTIONS: `--import ${pathToFileURL('test/heavy/loop-probe.ts').href}`,
  });
  closing.add(() => galley.stop());
  const pool = await openPool(closing, folder);
  const writer = await Writer.signUp(galley, 'bombs@example.com');
  await pool.query("UPDATE users SET role = 'admin'");
  const prober = new LiveProber(galley.url);
  closing.add(() => prober.stop());
  const importer = new Importer(galley, prober, probe, writer.token ?? '');
  return { importer, truncate: () => pool.query(`TRUNCATE ${TABLES} CASCADE`) };
}

async function sendHonest(importer: Importer, bytes: number): Promise<void> {
  const honest = {
    'honest WordPress': [...wordpressExport({ bytes })].join(''),
    'honest Ghost': honestGhost(),
  };
  for (const [name, file] of Object.entries(honest))
    report(name, file.length, await importer.send(name, file, 200), importer);
}

async function sendAlmost(
  importer: Importer,
  truncate: () => Promise<unknown>,
  almost: number,
  seed: number,
): Promise<void> {
  const counts: Record<string, number> = {};
  let worst = 0;
  for (const [n, file] of almostExports(almost, seed).entries()) {
    if (n % 50 === 0) await truncate();
    const answer = await importer.send(`almost-export ${n} of seed ${seed}`, file);
    const key = `${answer.status} ${answer.code}`.trim();
    counts[key] = (counts[key] ?? 0) + 1;
    worst = Math.max(worst, answer.own);
  }
  console.log(
    `${almost} almost-exports (seed ${seed}): ${JSON.stringify(counts)}; work at most ${worst} ms in one turn`,
  );
  console.log(`memory of the server for these: at most ${importer.peakMb()} MB`);
}

/** The result of a file, and its effect on the server. */
interface Sent {
  status: number;
  code: string;
  detail: string;
  seconds: number;
  /** The longest wait for /health/live, and the longest turn of the event loop by the clock and by CPU time, in ms. */
  wait: number;
  clock: number;
  own: number;
}

/** Sends files to a server and collects the problems. */
class Importer {
  readonly faults: string[] = [];
  private readonly galley: GalleyProcess;
  private readonly prober: LiveProber;
  private readonly probe: string;
  private readonly token: string;

  constructor(galley: GalleyProcess, prober: LiveProber, probe: string, token: string) {
    this.galley = galley;
    this.prober = prober;
    this.probe = probe;
    this.token = token;
  }

  async send(name: string, file: string | Buffer, expected?: number): Promise<Sent> {
    const [from, since] = [Date.now(), performance.now()];
    await this.prober.longestWait();
    const answer = await fetch(`${this.galley.url}/api/v1/posts/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${this.token}` },
      body: file,
      signal: AbortSignal.timeout(600_000),
    });
    const { status } = answer;
    const { detail = '', code = '' } = (await answer.json()) as { detail?: string; code?: string };
    const wait = Math.round(await this.prober.longestWait());
    const { clock, own } = holdUps(existsSync(this.probe) ? readFileSync(this.probe, 'utf8') : '', from);
    if (own > MOST_MS) this.faults.push(`${name}: ${own} ms of work in one turn`);
    if (status >= 500 || (expected && status !== expected))
      this.faults.push(
        `${name}: ${status} ${code} ${detail} (${JSON.stringify(String(file).slice(0, 300))})`,
      );
    return { status, code, detail, seconds: (performance.now() - since) / 1000, wait, clock, own };
  }

  /** Returns the peak memory of the server since the last call, in MB. */
  peakMb(): number {
    const process = `/proc/${this.galley.pid}`;
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`${process}/status`, 'utf8'))?.[1]);
    writeFileSync(`${process}/clear_refs`, '5');
    return Math.round(peak / 1024);
  }
}

function report(name: string, size: number, sent: Sent, importer: Importer): void {
  const { status, seconds, own, clock, wait, detail } = sent;
  const figures = [(size / 1e6).toFixed(1), status, seconds.toFixed(1), importer.peakMb(), own, clock, wait];
  console.log(
    `${name.padEnd(62)} ${figures.map((figure) => String(figure).padStart(7)).join('')}  ${detail.slice(0, 110)}`,
  );
}

function honestGhost(): string {
  const html = `<p>${'Some words of a post that somebody wrote. '.repeat(400)}</p>`;
  const posts = Array.from({ length: 500 }, (_, n) => ({
    ...{ id: `p${n}`, uuid: `u${n}`, title: `Post ${n}`, slug: `ghost-${n}`, html, status: 'published' },
  }));
  return JSON.stringify({ db: [{ data: { posts } }] });
}
