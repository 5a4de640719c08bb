import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Galley, startGalley } from './support/galley.js';

let galley: Galley;
beforeAll(async () => {
  galley = await startGalley();
});
afterAll(() => galley.stop());

describe('the web addresses of a profile', () => {
  const change = async (website: string, status: number) =>
    (
      await galley
        .as(await galley.aUser())
        .patch('/api/v1/users/me', { website, avatarUrl: website })
        .expect(status)
    ).body;

  it.each([
    ['HTTPS://Example.COM', 'https://example.com/'],
    ['https://example.com/a b"c<d>', 'https://example.com/a%20b%22c%3Cd%3E'],
    ['https://example.com/\t\n"onload=x', 'https://example.com/%22onload=x'],
    ["https://example.com/?q=<svg onload='x'>", 'https://example.com/?q=%3Csvg%20onload=%27x%27%3E'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['https://example.com:443/', 'https://example.com/'],
    ['https:example.com', 'https://example.com/'],
  ])('are stored as a browser reads them: %j', async (given, stored) => {
    expect(await change(given, 200)).toMatchObject({ website: stored, avatarUrl: stored });
  });

  it.each([
    'https://galley.example@evil.example/',
    'https://user:secret@example.com/',
    'javascript:alert(1)',
    'ftp://example.com/',
    '//example.com',
    'https://',
    `https://example.com/${'ü'.repeat(400)}`,
  ])('are refused where they hide where they lead, or are none: %j', async (given) => {
    const { errors } = await change(given, 400);
    expect(errors.map((fault: { path: string }) => fault.path)).toEqual(['avatarUrl', 'website']);
  });
});

describe('an account', () => {
  it('is disabled by an action, and not by PATCH, which says so', async () => {
    const admin = galley.as(await galley.aUser({ role: 'admin' }));
    const { id } = await galley.aUser();
    const { body } = await admin.patch(`/api/v1/users/${id}`, { active: false }).expect(400);
    expect(body.errors[0].message).toContain('POST /api/v1/users/{id}/disable');
  });
});
