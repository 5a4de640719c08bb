import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redact } from './redact.ts';

/** Both ends of a password, which must not remain. */
const [HEAD, TAIL] = ['canaryHead', 'canaryTail'];
const around = (middle: string) => `${HEAD}${middle}${TAIL}`;
function assertGone(text: string): string {
  const shown = redact(text);
  assert.ok(!shown.includes(HEAD) && !shown.includes(TAIL), `${text}\nbecame\n${shown}`);
  assert.match(shown, /\*\*\*/);
  return shown;
}

const MIDDLES = [
  '',
  '@',
  ' ',
  ',',
  '@ ,',
  '/',
  ':',
  '#',
  '?',
  '%40',
  ';',
  '&',
  "'",
  '(',
  '@@',
  '=',
  '://'.slice(0, 2),
  '🔑',
];

describe('the password of a URL', () => {
  const hosts = [
    'db:5432/galley',
    '[2001:db8::1]:5432/galley',
    '10.0.0.7:5432,10.0.0.8:5432/galley',
    'db.example.com:6379/0',
  ];
  const schemes = ['postgresql', 'postgres', 'redis', 'rediss', 'mongodb+srv', 'amqp', 'https'];
  for (const middle of MIDDLES)
    it(`is removed whole with ${JSON.stringify(middle)} in it`, () => {
      for (const scheme of schemes)
        for (const host of hosts)
          for (const user of ['galley', '', 'galley@server']) {
            const url = `${scheme}://${user}:${around(middle)}@${host}`;
            for (const text of [
              url,
              `cannot connect to ${url}: refused`,
              JSON.stringify({ url }),
              `'${url.replaceAll("'", '')}'`,
            ])
              assert.ok(assertGone(text).includes(host), redact(text));
          }
    });

  it('is removed in each of several URLs', () => {
    const url = (host: string) => `redis://:${around('@')}@${host}:6379`;
    assert.equal(assertGone(`${url('a')},${url('b')}`), 'redis://:***@a:6379,redis://:***@b:6379');
    assert.equal(assertGone(`${url('a')} and ${url('b')}`), 'redis://:***@a:6379 and redis://:***@b:6379');
  });

  it('can be a token in place of the user, or a parameter', () => {
    assertGone(`https://${around('_')}@git.example.com/galley.git`);
    assertGone(`postgresql://db/galley?user=galley&password=${around('%20')}&sslmode=require`);
    assertGone(`redis://db:6379?password=${around(',')}`);
  });
});

describe('a value with the name of a secret is removed whole', () => {
  for (const middle of MIDDLES) {
    const secret = around(middle);
    const quoted = secret.replaceAll("'", String.raw`\'`);
    for (const text of [
      JSON.stringify({ password: secret }),
      JSON.stringify({ msg: JSON.stringify({ token: secret }) }),
      JSON.stringify({ password: `${secret}"${secret}` }, null, 2),
      `host=db user=galley password='${quoted}' dbname=galley`,
      `host=db password=${secret.replace(/[\s'"]/g, String.raw`\$&`)} dbname=galley`.replace(/[;&]/g, ''),
      `JWT_SECRET=${secret}`,
      `export DATABASE_PASSWORD=${secret}`,
      `  redisPassword: ${secret}`,
      `  apiKey: "${secret}"`,
      `- API_KEY: '${secret.replaceAll("'", "''")}'`,
    ])
      it(text, () => void assertGone(text));
  }
});

describe('a token', () => {
  it('of a header, a session or a key is removed', () => {
    assertGone(`Authorization: Bearer ${HEAD}.${TAIL}`);
    assertGone(`authorization=Basic ${HEAD}${TAIL}==`);
    assertGone(`-----BEGIN RSA PRIVATE KEY-----\n${HEAD}\n${TAIL}\n-----END RSA PRIVATE KEY-----`);
    assertGone(`-----BEGIN PRIVATE KEY-----\\n${HEAD}${TAIL}`);
    assert.equal(redact('x eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl y'), 'x *** y');
  });
});

it('what is no secret remains', () => {
  for (const text of [
    'http://10.0.0.1:3000/health failed, contact ops@example.com',
    'The new pod galley-1 ended with 78: JWT_SECRET must be at least 32 random bytes',
    'redis://redis:6379/0 does not respond; ask ops@example.com',
    'connect ECONNREFUSED 10.0.0.7:5432',
    'MountVolume.SetUp failed for volume "galley" : secret "galley-secrets" not found',
    '{"level":"error","time":"2026-11-27T08:00:00.000Z","msg":"redis://[::1]:6379 does not respond"}',
    'https://registry.example.com/galley@sha256:0123456789abcdef',
    'postgresql://db/galley and galley@example.com',
  ])
    assert.equal(redact(text), text);
});

it('JSON remains JSON', () => {
  const state = {
    password: `a"${HEAD}`,
    url: `redis://:${around(' ')}@db:1/`,
    nested: { token: TAIL, n: 1 },
  };
  const shown = JSON.parse(assertGone(JSON.stringify(state, null, 2))) as typeof state;
  assert.deepEqual(shown, { password: '***', url: 'redis://:***@db:1/', nested: { token: '***', n: 1 } });
});

it('takes linear time', () => {
  const times = (text: string, n: number) => {
    const hostile = text.repeat(n / text.length);
    const since = performance.now();
    redact(hostile);
    return performance.now() - since;
  };
  for (const text of [
    'a://b:',
    'a://b:c d@',
    'password=',
    'password="\\',
    "token='",
    'aaaa',
    '-----BEGIN PRIVATE KEY-----',
    'eyJa.',
    '\\"',
    'password=a,b;',
    ' ',
    '"a://b:',
  ])
    assert.ok(times(text, 400_000) < 2000, text);
});
