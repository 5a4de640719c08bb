import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PAGE_POLICY } from '../src/platform/http/answers/html-page.js';
import { escapeText } from '../src/platform/content/attributes.js';
import { type Galley, startGalley } from './support/galley.js';
import { blocksOf } from './support/guide.js';

const FOLDER = 'docs/guide';
const FILES = readdirSync(FOLDER);
const pathOf = (file: string) =>
  file === 'README.md' ? '/docs/guide' : `/docs/guide/${file.replace(/\.md$/, '')}`;
/** Pages whose links lead into the guide. */
const ENTRIES = ['/', '/docs', '/docs/problems'];

describe('/docs/guide', () => {
  let galley: Galley;
  const texts = new Map<string, string>();

  beforeAll(async () => {
    galley = await startGalley();
    for (const path of [...ENTRIES, ...FILES.map(pathOf)])
      texts.set(path, (await galley.anyone.get(path, { accept: 'text/html' }).expect(200)).text);
  });
  afterAll(() => galley?.stop());

  it.each(FILES)('has the page %s with every program that the tests run', (file) => {
    const markdown = readFileSync(`${FOLDER}/${file}`, 'utf8');
    const text = texts.get(pathOf(file)) ?? '';
    expect(text).toContain(`<h1>${/^# (.*)/.exec(markdown)?.[1]}</h1>`);
    const programs = blocksOf(markdown).map(({ code }) => escapeText(code));
    expect(programs.filter((program) => !text.includes(program))).toEqual([]);
    expect(text).not.toMatch(/href="[^"]*\.md|href="\.|user-content-|<script|style=/);
  });

  it('is linked from the index, the reference and the problems', () => {
    for (const path of ENTRIES)
      expect([path, texts.get(path)]).toEqual([path, expect.stringMatching('"/docs/guide"')]);
  });

  it('has no link that leads nowhere, neither there nor from the problems', async () => {
    const dead: string[] = [];
    for (const [path, text] of texts)
      for (const [, href = ''] of text.matchAll(/<a [^>]*href="([^"]*)"/g)) {
        const { pathname, hash, origin } = new URL(href, galley.url + path);
        if (origin !== galley.url || pathname === '/docs') continue;
        const target = texts.get(pathname) ?? '';
        if (target === '') await galley.anyone.get(pathname).expect(200);
        if (hash && !target.includes(`id="${hash.slice(1)}"`)) dead.push(`${path} → ${href}`);
      }
    expect(dead).toEqual([]);
  });

  it('tells for each problem that a client meets where the guide describes it', () => {
    const rows = [...(texts.get('/docs/problems') ?? '').matchAll(/<tr id="(\w+)">([^]*?)<\/tr>/g)];
    const without = rows.filter(([row]) => !row.includes('href="/docs/guide/')).map(([, code]) => code);
    // These describe faults of a program, whose correction the advice contains.
    expect(without).toEqual([
      'expectation_failed',
      'headers_too_large',
      'method_not_allowed',
      'method_not_implemented',
      'no_room_for_file',
      'range_not_satisfiable',
      'transfer_coding_not_implemented',
    ]);
    expect(rows.find(([, code]) => code === 'version_mismatch')?.[0]).toContain(
      '/docs/guide/edits#412-somebody-was-faster',
    );
  });

  it('has the headers of a page, and no others than the reference', async () => {
    const headersOf = async (path: string) => {
      const { headers } = await galley.anyone.get(path, { 'accept-encoding': 'identity' }).expect(200);
      const own = ['etag', 'content-length', 'date', 'x-request-id'];
      return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
    };
    const reference = await headersOf('/docs');
    expect(reference).toMatchObject({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' });
    for (const path of ['/docs/guide', '/docs/guide/sessions', '/docs/problems'])
      expect(await headersOf(path)).toEqual(reference);
  });

  it('answers an expired token, since it is for everyone', async () => {
    await galley.anyone.get('/docs/guide/sessions', { authorization: 'Bearer expired' }).expect(200);
  });

  it.each(['/docs/guide/nothing', '/docs/guide/README', '/docs/guide/..%2Fimport', '/docs/guide/a/b'])(
    'has no page %s',
    async (path) => {
      const { body, headers } = await galley.anyone.get(path).expect(404);
      expect([body.code, headers.get('content-type')]).toEqual([
        'route_not_found',
        expect.stringContaining('application/problem+json'),
      ]);
    },
  );

  it('has only GET and HEAD', async () => {
    const { headers } = await galley.anyone.post('/docs/guide/sessions', {}).expect(405);
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('does not exist without documentation', async () => {
    const bare = await startGalley({ DOCS_ENABLED: 'false' }, galley.database);
    await bare.anyone.get('/docs/guide').expect(404);
    expect((await bare.anyone.get('/', { accept: 'text/html' }).expect(200)).text).not.toContain('/docs');
    await bare.stop();
  });
});
