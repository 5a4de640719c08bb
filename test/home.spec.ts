import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({ APP_VERSION: '7.8.9', PUBLIC_URL: 'https://api.example.com' });
});
afterAll(() => galley.stop());

const home = (accept?: string, headers = {}) =>
  galley.anyone.get('/', { ...(accept !== undefined && { accept }), ...headers });

describe('GET /', () => {
  it.each(['application/json', '*/*', 'application/json, text/html;q=0.9', 'image/png'])(
    'tells programs what there is, for Accept %s',
    async (accept) => {
      const { body, headers } = await home(accept).expect(200);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(body).toMatchObject({ name: 'Galley', version: '7.8.9' });
      expect(body.links.map(({ rel }: { rel: string }) => rel)).toEqual([
        ...['service', 'service-doc', 'service-doc', 'service-desc', 'alternate', 'alternate', 'alternate'],
        ...['help', 'status', 'register', 'login'],
      ]);
    },
  );

  it('is a page for people: without script and with no address of another server', async () => {
    const { text, headers } = await home(BROWSER).expect(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'; .*style-src 'self'/);
    expect(text).toContain('7.8.9');
    expect(text).not.toMatch(/<script|style=|(?:href|src)="(?!\/[^/]|\/"|data:,)/);
    for (const [, href = ''] of text.matchAll(/(?:href|src)="(\/[^"]*)"/g))
      await galley.anyone.get(href).expect(200);
    await galley.anyone.get('/home.css').expect(200);
  });

  it('has links that work, of the routes that the app has', async () => {
    const { body } = await home().expect(200);
    for (const { href, rel } of body.links) {
      const { status } = await galley.anyone.get(href);
      expect([rel, status]).toEqual([rel, ['register', 'login'].includes(rel) ? 405 : 200]);
    }
    const bare = await startGalley({ DOCS_ENABLED: 'false' }, galley.database);
    try {
      const { body: less } = await bare.anyone.get('/').expect(200);
      expect(less.links.map(({ rel }: { rel: string }) => rel)).toEqual([
        ...['service', 'status', 'register', 'login'],
      ]);
      expect((await bare.anyone.get('/', { accept: BROWSER }).expect(200)).text).not.toContain('/docs');
    } finally {
      await bare.stop();
    }
  });

  it('has a tag for each of its forms, and caches keep them apart', async () => {
    const tags = [];
    for (const accept of [BROWSER, 'application/json']) {
      const { headers } = await home(accept, { 'accept-encoding': 'identity' }).expect(200);
      const etag = headers.get('etag') as string;
      expect(headers.get('vary')?.split(', ')).toEqual(expect.arrayContaining(['Accept', 'accept-encoding']));
      expect(headers.get('cache-control')).toBe('no-cache');
      await home(accept, { 'accept-encoding': 'identity', 'if-none-match': etag }).expect(304);
      const head = await galley.anyone
        .head('/', { accept, 'accept-encoding': 'identity', 'if-none-match': '"other"' })
        .expect(200);
      expect([head.headers.get('etag'), head.text]).toEqual([etag, '']);
      tags.push(etag);
    }
    expect(tags[0]).not.toBe(tags[1]);
  });

  it('counts as a read, and ignores credentials that have expired', async () => {
    const { headers } = await home('*/*', { authorization: 'Bearer expired' }).expect(200);
    expect(headers.get('ratelimit')).toMatch(/^"read"/);
  });
});

describe('GET /api/v1', () => {
  it('lists the collections, each of which exists', async () => {
    const { body, headers } = await galley.anyone.get('/api/v1').expect(200);
    expect(body.collections.map(({ href }: { href: string }) => href)).toEqual([
      ...['/api/v1/users', '/api/v1/tags', '/api/v1/posts', '/api/v1/notifications', '/api/v1/changes'],
      ...['/api/v1/webhooks', '/api/v1/events'],
    ]);
    expect(body.collections[2]).toMatchObject({
      name: 'posts',
      methods: ['GET', 'HEAD', 'OPTIONS', 'POST'],
      description: expect.stringMatching(/\bposts\b/),
    });
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    for (const { href } of body.collections) if (href !== '/api/v1/events') await admin.get(href).expect(200); // The stream has no end.
    const known = { 'if-none-match': headers.get('etag') as string };
    await galley.anyone.get('/api/v1', known).expect(304);
    await galley.anyone.head('/api/v1').expect(200);
    expect((await galley.anyone.get('/api').expect(200)).body).toEqual(body);
    await galley.anyone.get('/api/v1?x=1').expect(400);
  });
});

describe('/docs/problems', () => {
  it('explains each code at its anchor: what it means, what to do, and where it occurs', async () => {
    const { body: document } = await galley.anyone.get('/openapi.json').expect(200);
    const codes: string[] = document.components.schemas.Problem.properties.code['x-extensible-enum'];
    expect(codes.length).toBeGreaterThan(50);
    const { text } = await galley.anyone.get('/docs/problems').expect(200);
    for (const code of codes) {
      const [, row = ''] = text.split(`<tr id="${code}">`);
      const [, status, title, advice, endpoints] = row.split('</tr>', 1)[0]?.split('<td>').slice(1) ?? [];
      expect([code, status]).toEqual([code, expect.stringMatching(/^[45]\d\d<\/td>/)]);
      for (const cell of [title, advice])
        expect([code, cell]).toEqual([code, expect.stringMatching(/\w+ \w+/)]);
      expect([code, endpoints]).toEqual([
        code,
        expect.stringMatching(/^(?:many|<a href="\/docs#\/\w+\/\w+">)/),
      ]);
    }
    expect(text).toContain('<a href="/docs#/posts/publishPost">publishPost</a>');
    expect(text).toMatch(/<tr id="busy">[^]*?<td>many<\/td><\/tr>/);
    const { body: problem } = await galley.anyone.get('/api/v1/posts/nothing').expect(404);
    const { pathname, hash } = new URL(problem.type, galley.url);
    expect([pathname, text.includes(`id="${hash.slice(1)}"`)]).toEqual(['/docs/problems', true]);
  });
});
