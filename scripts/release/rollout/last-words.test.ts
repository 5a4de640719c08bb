import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lastWords } from './last-words.ts';

const fatal = (fields: object) => JSON.stringify({ level: 'fatal', time: '2026-11-27T03:00:00Z', ...fields });

describe('the last words of a container', () => {
  const cases: [what: string, log: string, says: string | undefined][] = [
    ['nothing', '', undefined],
    ['the last line of an unknown program', 'starting\ncannot open the file\n', 'cannot open the file'],
    [
      'all faults of a configuration, on a terminal',
      'The configuration is not valid. Correct these settings:\n  JWT_SECRET must be at least 32 bytes\n  PORT must be a number\n',
      'JWT_SECRET must be at least 32 bytes; PORT must be a number',
    ],
    [
      'all faults of a configuration, in a line of JSON',
      fatal({
        msg: 'The configuration is not valid. Correct these settings:',
        detail: 'The configuration is not valid. Correct these settings:\n  JWT_SECRET must be random',
      }),
      'JWT_SECRET must be random',
    ],
    [
      'at most three of them',
      'Correct these:\n  A is wrong\n  B is wrong\n  C is wrong\n  D is wrong\n  E is wrong',
      'A is wrong; B is wrong; C is wrong; and 2 more',
    ],
    [
      'an uncaught error, not its stack',
      "file:///app/dist/main.js:3\n  throw new Error('no');\n        ^\n\nTypeError: no\n    at file:///app/dist/main.js:3:9\n    at node:internal/main:1\n\nNode.js v24.21.0\n",
      'TypeError: no',
    ],
    [
      'the error of a stack in a line of JSON',
      fatal({ msg: 'Error: no route to db', detail: 'Error: no route to db\n    at connect (file.js:1:1)' }),
      'Error: no route to db',
    ],
    [
      'an error with its reason, before lines of information',
      `${JSON.stringify({ level: 50, msg: 'migration failed', err: { message: 'lock timeout' } })}\n${JSON.stringify({ level: 'info', msg: 'stopping' })}`,
      'migration failed: lock timeout',
    ],
    ['a line of information if there is nothing else', JSON.stringify({ level: 30, msg: 'bye' }), 'bye'],
    ['text that only looks like JSON', '{ not json', '{ not json'],
    ['frames alone', '    at one\n    at two', 'at two'],
  ];
  for (const [what, log, says] of cases) it(`are ${what}`, () => assert.equal(lastWords(log), says));

  it('are cut before they fill a terminal', () =>
    assert.ok((lastWords('x'.repeat(5000)) ?? '').length < 500));

  it('are found in linear time', () => {
    const since = performance.now();
    lastWords(`${'x-'.repeat(50_000)}${'password'.repeat(5000)}${'eyJa-'.repeat(5000)}`);
    assert.ok(performance.now() - since < 20_000);
  });

  const secrets: [what: string, line: string][] = [
    ['the password of a URL', 'cannot connect to postgres://galley:s3cr3t-word@db:5432/galley'],
    ['a bearer token', 'request failed: Authorization: Bearer s3cr3t-word-of-metrics'],
    ['a token of ours', 'refused eyJhbGciOiJIUzI1NiJ9.eyJzM2NyM3Qtd29yZCI6MX0.s3cr3t-word'],
    ['an assignment', 'JWT_SECRET=s3cr3t-word is too short'],
    ['a key of JSON', '{"password":"s3cr3t-word","x'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY----- s3cr3t-word'],
  ];
  for (const [what, line] of secrets)
    it(`do not contain ${what}`, () => assert.doesNotMatch(lastWords(line) ?? '', /s3cr3t-word/));

  it('keep the name of a setting and what it requires', () =>
    assert.equal(
      lastWords('JWT_SECRET must be at least 32 bytes. Generate them with `openssl rand -base64 48`'),
      'JWT_SECRET must be at least 32 bytes. Generate them with `openssl rand -base64 48`',
    ));
});
