import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppModule } from '../src/app.module.js';
import { Mail } from '../src/platform/mail/mail.js';
import { SentMailModule } from '../src/sent-mail/sent-mail.module.js';
import { loadConfig } from '../src/settings.js';
import { type Galley, startGalley, STORY_SETTINGS } from './support/galley.js';
import { NOTIFICATION } from './support/letters.js';
import { aMessage } from './support/mail.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley({ EMAIL_FROM: 'Times <news@times.example.com>' });
});
afterAll(() => galley.stop());

describe('the page of logged messages', () => {
  it('is empty before the first message', async () => {
    expect((await galley.anyone.get('/dev/mail', { accept: 'text/html' }).expect(200)).text).toContain(
      'no message yet',
    );
    expect((await galley.anyone.get('/dev/mail', { accept: 'application/json' }).expect(200)).body).toEqual({
      data: [],
    });
    await galley.anyone.get('/dev/mail/nothing').expect(404);
  });

  it('shows them newest first to people and to programs, and they are stored nowhere', async () => {
    const mail = galley.app.get(Mail);
    expect(await mail.send(aMessage(NOTIFICATION))).toEqual({ kind: 'accepted' });
    await mail.send(aMessage({ id: 'second', subject: 'Second & last' }));
    const { body, headers } = await galley.anyone
      .get('/dev/mail', { accept: 'application/json' })
      .expect(200);
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(['second', 'notification-7']);
    expect(body.data[1]).toMatchObject({
      to: { address: 'ada@example.com' },
      text: expect.stringContaining('Read the reply'),
    });
    expect(headers.get('cache-control')).toBe('no-store');
    const page = await galley.anyone.get('/dev/mail', { accept: 'text/html' }).expect(200);
    expect(page.text).toContain('Second &amp; last');
  });

  it('keeps the last 100', async () => {
    const mail = galley.app.get(Mail);
    for (let n = 0; n < 101; n++) await mail.send(aMessage({ id: `many-${n}` }));
    const { body } = await galley.anyone.get('/dev/mail', { accept: 'application/json' }).expect(200);
    expect(body.data).toHaveLength(100);
    expect(body.data[0].id).toBe('many-100');
  });

  it('shows a message in a frame that runs nothing', async () => {
    await galley.app.get(Mail).send(aMessage({ id: 'framed' }));
    const { headers, text } = await galley.anyone.get('/dev/mail/framed').expect(200);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-src 'self'/);
    expect(text).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    const part = await galley.anyone.get('/dev/mail/framed/html').expect(200);
    expect(part.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*frame-ancestors 'self'.*sandbox/,
    );
  });

  it.each<[string, boolean, Record<string, string>]>([
    ['exists in development', true, { NODE_ENV: 'development' }],
    [
      'does not exist if messages are sent',
      false,
      { EMAIL_SMTP_HOST: 'localhost', EMAIL_FROM: 'a@example.com' },
    ],
    ['does not exist in production', false, { NODE_ENV: 'production', EMAIL_TRANSPORT: 'log' }],
    ['does not exist in staging', false, { NODE_ENV: 'staging', EMAIL_TRANSPORT: 'log' }],
  ])('%s', (_name, exists, settings) => {
    const config = loadConfig({
      ...STORY_SETTINGS,
      DATABASE_URL: 'postgresql://a:b@db.internal/c',
      REDIS_URL: 'rediss://:p4ss@redis.internal:6379',
      METRICS_TOKEN: 'scrape-scrape-scrape',
      ...settings,
    });
    expect(AppModule.with(config, 'api').imports?.includes(SentMailModule)).toBe(exists);
  });
});
