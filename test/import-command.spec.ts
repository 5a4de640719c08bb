import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Answer } from './support/client.js';
import { type Galley, startGalley } from './support/galley.js';
import { ghost, ghostPost, wxr, wxrComment, wxrItem } from './support/import-files.js';
import { wordpressExport } from './support/wordpress-export.js';

const TABLES = ['users', 'tags', 'posts', 'post_tags', 'comments', 'import_keys'];

let galley: Galley;
let folder: string;
beforeAll(async () => {
  // Without Redis, the server does not receive messages about an import by a command.
  galley = await startGalley({ CACHE_LOCAL_TTL_SECONDS: '0' });
  folder = mkdtempSync(join(tmpdir(), 'galley-import-spec-'));
  chmodSync(folder, 0o755);
});
afterAll(async () => {
  await galley.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => galley.database.query(`TRUNCATE ${TABLES.join(', ')} CASCADE`));

interface Outcome {
  code: number | null;
  output: string;
  errors: string;
}

const start = (environment: NodeJS.ProcessEnv, ...args: string[]) =>
  spawn(process.execPath, ['dist/cli.js', 'import', ...args], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      GALLEY_DATA_DIR: folder,
      DATABASE_URL: galley.database.url,
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });

async function outcomeOf(child: ReturnType<typeof start>): Promise<Outcome> {
  const texts = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  const [output, errors] = await texts;
  return { code, output, errors };
}

function importing(args: string[], input = ''): Promise<Outcome> {
  const child = start({}, ...args);
  child.stdin.on('error', () => undefined); // The command can end without reading its input.
  child.stdin.end(input);
  return outcomeOf(child);
}

function aFile(content: string | Uint8Array): string {
  const path = join(folder, 'export');
  writeFileSync(path, content);
  return path;
}

async function everyRow(): Promise<string> {
  const dumps = await Promise.all(
    TABLES.map((table) => galley.database.query(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)),
  );
  return JSON.stringify(dumps);
}
const isEmpty = async () => (await everyRow()) === JSON.stringify(TABLES.map(() => []));

const FILE = wxr(wxrItem({ 'wp:status': 'private', 'wp:ping_status': 'open' }, wxrComment({ id: '1' })));

describe('galley import', () => {
  it('reports counts, and every item that was changed with its reason, and nothing else', async () => {
    const { code, output, errors } = await importing([aFile(FILE)]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(
      /^Imported .*export \(wordpress\)\n\n {9}imported {2}already present {2}skipped\n/,
    );
    expect(output).toMatch(/^post +1 +0 +0$/m);
    expect(output).toMatch(
      /^1 × imported post: private: imported as a draft\n {4}"A post" \(.* post 1\)\n[^]*\nThe option --verbose lists every item\.\n\nNot imported, because Galley has no place for it\n\n1 field that only the other system needs; --verbose lists them\n$/m,
    );
    await galley.database.query('TRUNCATE import_keys');
    const again = await importing([
      aFile(FILE.replaceAll('>1<', '>2<')),
      '--verbose',
      '--site',
      'other.example',
    ]);
    expect(again.output).toMatch(
      /^imported post "A post" \(wordpress other\.example post 1\): private: imported as a draft;/m,
    );
    expect(again.output).toMatch(/\n1 × post: wp:ping_status\n$/);
    await galley.database.query('DELETE FROM posts WHERE slug <> $1', ['a-post']);
    expect(await galley.database.query('SELECT title, status FROM posts')).toEqual([
      { title: 'A post', status: 'draft' },
    ]);
  });

  it('tells that media files stay where they are, and which options a second import could not apply', async () => {
    const attachment = {
      'wp:post_id': '5',
      'wp:post_type': 'attachment',
      'wp:status': 'inherit',
      title: 'Photo',
    };
    const file = aFile(wxr(wxrItem() + wxrItem(attachment)));
    const media =
      'Media files were not copied (1). Posts show them from their former addresses: keep these files there.';
    const first = await importing([file, '--post-links', '/posts/{slug}']);
    expect(first.output).toContain(`\n\n${media}\n\n`);
    expect(first.output).not.toContain('had no effect');
    const again = await importing([file, '--post-links', '/p/{slug}']);
    const { hints } = JSON.parse((await importing([file, '--page-links', '/p/{slug}', '--json'])).output);
    expect(hints).toEqual([media, expect.stringMatching(/^--page-links had no effect on /)]);
    expect(again.output).toContain(
      '--post-links had no effect on posts and pages that were already present (1), because an import does not change them.',
    );
  });

  it('prints what it repaired', async () => {
    const { output } = await importing([aFile(FILE.replace('Text', 'Te\u0007xt'))]);
    expect(output).toMatch(
      /^Repaired in the file\n\n1 × characters .* the first one is U\+0007 in line 7, column \d+$/m,
    );
  });

  it('prints the report as JSON', async () => {
    const { output } = await importing([aFile(FILE), '--json']);
    expect(JSON.parse(output)).toMatchObject({
      format: 'wordpress',
      dryRun: false,
      counts: { post: { imported: 1, present: 0, skipped: 0 } },
      items: [{ kind: 'author' }, { kind: 'post', reasons: ['private: imported as a draft'] }],
    });
  });

  it('reads standard input', async () => {
    const { code, output } = await importing(['-', '--json'], ghost({ posts: [ghostPost()] }));
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ format: 'ghost', counts: { post: { imported: 1 } } });
  });

  it('tries without writing', async () => {
    const { code, output } = await importing([aFile(FILE), '--dry-run']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Dry run, nothing was imported from /);
    expect(await isEmpty()).toBe(true);
  });

  it('does not let a title command the terminal', async () => {
    const title = 'a\u001b]0;owned\u0007b\u202ec';
    const { output } = await importing([aFile(ghost({ posts: [ghostPost({ title, status: 'sent' })] }))]);
    for (const command of ['\u001b', '\u0007', '\u202e']) expect(output).not.toContain(command);
    expect(output).toContain('sent by email only');
  });

  it.each<[string, () => string[], RegExp]>([
    ['an empty file', () => [aFile('')], /^\S+export: The file is empty\. Nothing was imported\.\n$/],
    ['a file cut in the middle', () => [aFile(FILE.slice(0, 900))], /^\S+: line \d+, column \d+: .*\n$/],
    ['a wrong format', () => [aFile(FILE), '--format', 'ghost'], /^\S+: The file is XML, .*\n$/],
    [
      'an unknown format',
      () => [aFile(FILE), '--format', 'blogger'],
      /^--format must be one of wordpress, ghost, galley\n$/,
    ],
    [
      'a site that is none',
      () => [aFile(FILE), '--site', 'ftp://x'],
      /^--site must be the host or the URL of a site, .*\n$/,
    ],
    [
      'a file that is not quite XML, if it must be strict',
      () => [aFile(FILE.replace('Text', 'Te\u0007xt')), '--strict'],
      /^\S+: line 7, column \d+: the character U\+0007 is not allowed in XML\. Nothing was imported\.\n$/,
    ],
    ['no file', () => [join(folder, 'none.xml')], /^The file \S+none\.xml does not exist\.\n$/],
    ['a folder', () => [folder], /^\S+ is a directory\. Name a file\.\n$/],
    ['an archive', () => [aFile(Buffer.from('504b0304', 'hex'))], /^\S+: The file is a ZIP archive\. .*\n$/],
    ['empty standard input', () => ['-'], /^Standard input: The file is empty\. .*\n$/],
  ])('refuses %s with one sentence, and writes nothing', async (_, args, sentence) => {
    const { code, output, errors } = await importing(args());
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(sentence);
    expect(await isEmpty()).toBe(true);
  });

  it('leaves nothing when it is interrupted', async () => {
    const child = start({}, aFile([...wordpressExport({ posts: 3000 })].join('')));
    const ended = outcomeOf(child);
    const writing = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%INSERT INTO posts%' AND pid <> pg_backend_pid()`;
    while ((await galley.database.query(writing)).length === 0 && child.exitCode === null);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 1, output: '', errors: 'Stopped. Nothing was imported.\n' });
    expect(await isEmpty()).toBe(true);
  });

  it('says that it waits for another import, keeps no file by name, and leaves nothing when it is interrupted', async () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const holder = new pg.Client({ connectionString: galley.database.url });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(6284519204)');
    try {
      const child = start({ TMPDIR: temporary }, '-');
      child.stdin.end(FILE);
      const ended = outcomeOf(child);
      await once(child.stderr, 'data');
      expect(readdirSync(temporary)).toEqual([]);
      child.kill('SIGINT');
      const errors =
        'Another import is running. This one waits for its end.\nStopped. Nothing was imported.\n';
      expect(await ended).toEqual({ code: 1, output: '', errors });
      expect(await isEmpty()).toBe(true);
    } finally {
      await holder.end();
    }
  });

  it('ends when it is interrupted while it waits for its input', async () => {
    const child = start({}, '-');
    const ended = outcomeOf(child);
    await new Promise((resolve) => child.stdin.write(' '.repeat(2_000_000), resolve)); // More than the system holds.
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 1, output: '', errors: 'Stopped. Nothing was imported.\n' });
  });
});

/** Real exports, if they are beside the checkout. Other tools have counted the numbers. */
const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));
const REAL = [
  {
    name: 'wordpress-theme-test.xml',
    rows: { users: 3, tags: 175, posts: 58, pages: 21, post_tags: 327, comments: 29, replies: 10 },
    seen: { public: 76, comments: 25 },
    other: 'ghost',
  },
  {
    name: 'ghost-theme-test.json',
    rows: { users: 1, tags: 46, posts: 17, pages: 2, post_tags: 91, comments: 0, replies: 0 },
    seen: { public: 19, comments: 0 },
    other: 'wordpress',
  },
];

if (existsSync(DATA)) {
  describe.each(REAL)('galley import of $name', ({ name, rows, seen, other }) => {
    const file = join(DATA, name);

    it('brings all of it once, and shows what is public', async () => {
      const first = await importing([file, '--json']);
      expect(first).toMatchObject({ code: 0, errors: '' });
      const before = await everyRow();
      const counted = await galley.database.query(`
        SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM tags) AS tags,
          (SELECT count(*)::int FROM posts WHERE type = 'post') AS posts,
          (SELECT count(*)::int FROM posts WHERE type = 'page') AS pages,
          (SELECT count(*)::int FROM post_tags) AS post_tags, (SELECT count(*)::int FROM comments) AS comments,
          (SELECT count(parent_id)::int FROM comments) AS replies`);
      expect(counted).toEqual([rows]);
      const shown = await everyPublicPost();
      expect(shown).toHaveLength(seen.public);
      expect(shown.reduce((sum, post) => sum + post.commentCount, 0)).toBe(seen.comments);

      const second = JSON.parse((await importing([file, '--json'])).output);
      expect(Object.values(second.counts).every((counts: any) => counts.imported === 0)).toBe(true);
      expect(await everyRow()).toBe(before);
    });

    it('leaves nothing of half the file, or in the wrong format', async () => {
      const whole = readFileSync(file);
      const half = await importing([aFile(whole.subarray(0, whole.length / 2))]);
      expect(half).toMatchObject({ code: 1, output: '' });
      expect(half.errors).toMatch(/^[^\n]+ Nothing was imported\.\n$/);
      expect(await importing([file, '--format', other])).toMatchObject({ code: 1, output: '' });
      expect(await isEmpty()).toBe(true);
    });
  });
}

async function everyPublicPost(): Promise<{ commentCount: number }[]> {
  const all = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `filter[type]=post,page&limit=100${cursor && `&cursor=${cursor}`}`;
    const page: Answer = await galley.anyone.get(`/api/v1/posts?${query}`).expect(200);
    all.push(...page.body.data);
    cursor = page.body.meta.nextCursor;
  }
  return all;
}
