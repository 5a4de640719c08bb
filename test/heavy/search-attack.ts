/**
 * Anonymous callers send the most expensive searches, from one address and from many, at 100,000 posts, while
 * signed-in callers read and write. The p99 of the signed-in callers at most doubles, and none of their requests is
 * rejected. `npm run test:heavy -- search-attack [posts, default 100000] [requests a second, default 40]`, about 4
 * minutes
 */
import { setTimeout as delay } from 'node:timers/promises';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { type During, type Kind, OpenLoop } from './open-loop.ts';
import type { GalleyProcess } from './process.ts';
import { galleyOverPosts } from './skewed-posts.ts';
import { Writer } from './writer.ts';

const SECONDS = 30;
const ATTACKS = 435;
const MOST_RATIO = 2;
const SHAPES = [
  'q=-and%20-x',
  'q=the%20or%20-and',
  'q=the%20-and&page=100',
  'q=%22and%20the%20of%20is%22',
  'q=the&page=100&fields=body,html',
  'q=%22the%20it%20and%22&filter%5Btag%5D=old&sort=createdAt',
  'q=the%20it%20and%20turn%20of%20what%20one%20where%20is%20with&filter%5Btype%5D=post,page',
  'q=%22turn%20of%20what%20one%22&sort=updatedAt',
];

/** The number of searches of a phase, and the address of the nth search. */
type Phase = [many: number, addressOf: (n: number) => string];
const PHASES: Record<string, Phase> = {
  'one address': [ATTACKS, () => '203.0.113.9'],
  'many addresses': [ATTACKS, (n) => `198.18.${n >> 8}.${n & 255}`],
  'many addresses, four times as many': [4 * ATTACKS, (n) => `198.19.${n >> 8}.${n & 255}`],
};

/** The number of searches by status. */
type Searches = Record<string | number, number>;

/** `rate` is the rate of signed-in requests per second that the machine handles without failures if there is no attack. */
export const searchAttack: HeavyTest = async ([posts = '100000', rate = '40'], closing) => {
  const { galley } = await galleyOverPosts(closing, Number(posts), {
    TRUST_PROXY: '1',
    JWT_EXPIRES_IN: '24h',
  });
  const loop = new OpenLoop(await signedIn(galley), 1000 / Number(rate));
  closing.add(() => loop.stop());
  console.log('| phase | searches by status | signed-in requests | failed | p50 ms | p99 ms | worst ms |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  await loop.during(() => delay(5000));
  const normal = await loop.during(() => delay(SECONDS * 1000));
  show('normal', normal);
  const faults: (string | false)[] = [];
  for (const [name, phase] of Object.entries(PHASES)) {
    let searches: Searches | undefined;
    const attacked = await loop.during(async () => {
      searches = await attack(galley, phase);
    });
    show(name, attacked, searches);
    faults.push(
      attacked.failed > 0 && `${name}: ${attacked.failed} signed-in requests failed`,
      !(attacked.p99 <= MOST_RATIO * normal.p99) &&
        `${name}: p99 is ${attacked.p99.toFixed(1)} ms, and ${normal.p99.toFixed(1)} ms without the attack`,
    );
    await delay(2000);
  }
  show('normal again', await loop.during(() => delay(SECONDS * 1000)));
  return faultsAmong(faults);
};

async function signedIn(galley: GalleyProcess): Promise<Kind[]> {
  const writer = await Writer.signUp(galley, `writer${Date.now()}@example.com`);
  const post = await writer.make('/api/v1/posts', { title: 'Read by many', body: 'Words of it.' });
  await writer.make(`/api/v1/posts/${post.id}/publish`);
  const call =
    (method: string, path: string, body?: object): Kind =>
    () =>
      fetch(galley.url + path, {
        method,
        headers: {
          authorization: `Bearer ${writer.token}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        body: body && JSON.stringify(body),
      });
  return [
    call('GET', '/api/v1/posts'),
    call('GET', `/api/v1/posts/${post.id}`),
    call('GET', '/api/v1/users/me'),
    call('POST', '/api/v1/posts', {
      title: 'Written meanwhile',
      body: 'Words '.repeat(200),
      tags: ['Attack'],
    }),
    call('PATCH', `/api/v1/posts/${post.id}`, { title: 'Read by many' }),
  ];
}

/** Sends the searches evenly over the time, and returns their number by status. */
async function attack(galley: GalleyProcess, [many, addressOf]: Phase): Promise<Searches> {
  const statuses: Searches = {};
  const running: Promise<unknown>[] = [];
  for (let n = 0; n < many; n++) {
    running.push(
      fetch(`${galley.url}/api/v1/posts?${SHAPES[n % SHAPES.length]}&limit=100`, {
        headers: { 'x-forwarded-for': addressOf(n) },
      }).then(
        async (answer) => (
          await answer.arrayBuffer(),
          (statuses[answer.status] = (statuses[answer.status] ?? 0) + 1)
        ),
        () => (statuses.broken = (statuses.broken ?? 0) + 1),
      ),
    );
    await delay((SECONDS * 1000) / many);
  }
  await Promise.all(running);
  return statuses;
}

const show = (name: string, { requests, failed, failures, p50, p99, worst }: During, searches?: Searches) =>
  console.log(
    `| ${name} | ${searches ? JSON.stringify(searches) : ''} | ${requests} | ${failed} ${failures.join()} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${worst.toFixed(0)} |`,
  );
