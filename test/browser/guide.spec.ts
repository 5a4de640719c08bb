import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildClient } from '../../scripts/generate/client-build.ts';
import { launchChromium } from '../support/chromium.js';
import { type Galley, startGalley } from '../support/galley.js';
import { type Block, blocksOf, printedBy, programOf } from '../support/guide.js';
import { GuideSite } from '../support/guide-browser.js';

const FOLDER = 'docs/guide';
/** The first page creates what the others read. */
const FIRST = 'README.md';
const ADMIN = { email: 'you@example.com', password: 'correct horse battery staple', name: 'You' };
const SERVER = 'http://localhost:3000';

const COMPILER = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

const run = promisify(execFile);

/** The pages that the first one lists, in its order. */
const pages = [
  FIRST,
  ...readFileSync(`${FOLDER}/${FIRST}`, 'utf8').matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm),
].map((page) => (typeof page === 'string' ? page : (page[1] ?? '')));

describe('the guide', () => {
  // Inside of the project, so that the types of Node are found.
  const work = resolve('reports/guide');
  let galley: Galley;
  let browser: Browser;
  let client: string;
  let site: GuideSite;

  const blocksIn = (page: string): Block[] =>
    blocksOf(readFileSync(`${FOLDER}/${page}`, 'utf8').replaceAll(SERVER, galley.url));

  beforeAll(async () => {
    site = await GuideSite.open();
    galley = await startGalley({ ALLOWED_ORIGINS: site.origin, REGISTRATION_ROLE: 'author' });
    client = await buildClient();
    browser = await launchChromium();
    rmSync(work, { recursive: true, force: true });
    mkdirSync(`${work}/node_modules/@galley`, { recursive: true });
    symlinkSync(resolve('clients/typescript'), `${work}/node_modules/@galley/client`);
    writeFileSync(`${work}/package.json`, JSON.stringify({ type: 'module' }));
    await galley.anyone.post('/api/v1/auth/register', ADMIN).expect(201);
    await galley.database.query(`UPDATE users SET role = 'admin' WHERE email = $1`, [ADMIN.email]);
  });
  afterAll(async () => {
    await browser?.close();
    await galley?.stop();
    await site?.stop();
  });

  it('has a page for each line of its table', () => {
    expect(pages.length).toBeGreaterThan(8);
  });

  describe.each(pages)('%s', (page) => {
    it('prints what it says', async () => {
      const blocks = blocksIn(page);
      const printed = new Map([
        ...printedBy(await runNode(`${work}/${basename(page, '.md')}.ts`, programOf(blocks, 'ts'))),
        ...printedBy(await runShell(programOf(blocks, 'sh'))),
      ]);
      for (const block of blocks)
        if (block.language === 'browser') printed.set(block.line, await site.run(browser, block, client));
      const wanted = blocks.filter(({ prints }) => prints !== undefined);
      expect(wanted.map(({ line }) => ({ line, prints: printed.get(line)?.trimEnd() }))).toEqual(
        wanted.map(({ line, prints }) => ({ line, prints: prints?.trimEnd() })),
      );
    });
  });

  it('has programs whose types are right', async () => {
    const files = pages.flatMap((page) => {
      const blocks = blocksIn(page);
      const browserOnly = blocks.filter(({ language }) => language === 'browser');
      const programs = [programOf(blocks, 'ts'), ...browserOnly.map(({ code }) => code)].filter(Boolean);
      return programs.map((program, n) => {
        const file = `${basename(page, '.md')}-${n}.ts`;
        writeFileSync(`${work}/${file}`, program);
        return file;
      });
    });
    writeFileSync(`${work}/tsconfig.json`, JSON.stringify({ compilerOptions: COMPILER, files }));
    const { stdout } = await run(process.execPath, [
      resolve('node_modules/typescript/bin/tsc'),
      '-p',
      work,
    ]).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});

async function runShell(program: string): Promise<string> {
  if (program === '') return '';
  return (await run('sh', ['-euc', program], { cwd: resolve('reports/guide') })).stdout;
}

async function runNode(file: string, program: string): Promise<string> {
  if (program === '') return '';
  writeFileSync(file, program);
  return (await run(process.execPath, ['--no-warnings', file])).stdout;
}
