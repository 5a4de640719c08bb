import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

const PRELOAD = ['--import', './test/support/end-at-once.ts', '--eval'];

function run(program: string, env: NodeJS.ProcessEnv) {
  const { status, stdout } = spawnSync(process.execPath, [...PRELOAD, program], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return [status, stdout.trim().split('\n')];
}

const PROGRAM = `
  process.exitCode = 3;
  setTimeout(() => console.log('work'), 100);
  process.once('beforeExit', () => setTimeout(() => console.log('more work'), 10));
  process.on('exit', () => console.log('exit'));`;

it('a worker completes its work and runs its exit listeners', () => {
  assert.deepEqual(run(PROGRAM, { JEST_WORKER_ID: '1' }), [3, ['work', 'exit']]);
});

it('every other process is left alone', () => {
  assert.deepEqual(run(PROGRAM, { JEST_WORKER_ID: undefined }), [3, ['work', 'more work', 'exit']]);
});
