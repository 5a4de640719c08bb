import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run, runOrRefuse } from './run.ts';

describe('a program that does not end in its time', () => {
  it('is ended, and its error says so', async () => {
    const { code, stderr } = await run('sleep', ['60'], { timeoutMs: 100 });
    assert.equal(code, 1);
    assert.equal(stderr, 'sleep did not end within 0.1 s');
    await assert.rejects(runOrRefuse('a nap', 'sleep', ['60'], { timeoutMs: 100 }), {
      message: 'a nap: sleep did not end within 0.1 s',
    });
  });

  it('differs from one that fails by itself', async () => {
    const { code, stderr } = await run('sh', ['-c', 'echo no >&2; exit 3'], { timeoutMs: 10_000 });
    assert.deepEqual([code, stderr], [3, 'no\n']);
  });
});
