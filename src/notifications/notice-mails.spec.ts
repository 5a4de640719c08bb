import { expect, it } from '@jest/globals';
import type { NewMail } from '../platform/mail/mail-message.js';
import { NoticeMails } from './notice-mails.js';

it('composes the messages of many followers in parts', async () => {
  const sizes: number[] = [];
  const repository = {
    post: () => Promise.resolve({ actor: 'Ada', title: 'News', text: 'Words.', slug: 'news', postId: 'x' }),
    mailboxes: (ids: string[]) =>
      Promise.resolve(ids.map((id) => ({ id, name: 'Grace', email: 'grace@example.com' }))),
  };
  const jobs = {
    from: () => undefined,
    add: (mails: NewMail[]) => Promise.resolve(void sizes.push(mails.length)),
  };
  const links = { urlFor: () => 'https://api.example.com/unsubscribe/x' };
  const parts = [repository, jobs, {}, links, {}, { of: () => undefined }];
  const mails = new NoticeMails(...(parts as unknown as ConstructorParameters<typeof NoticeMails>));
  const followers = Array.from({ length: 1000 }, (_each, n) => ({
    userId: `follower-${n}`,
    kind: 'post_published' as const,
  }));
  await mails.ofPost('event', 'post', followers);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(250);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1000);
});
