import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { NOT_STARTED, supervise } from './supervise.ts';

const module = new URL('./supervise.ts', import.meta.url).href;
/** Writes its process id once it handles SIGTERM, takes 300 ms to end, and then writes that it has ended. */
const child = `trap 'sleep 0.3; echo done > "$0/done"; exit 7' TERM; echo $$ > "$0/pid"; while :; do sleep 0.05; done`;

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'galley-supervise-'))));
after(() => rmSync(folder, { recursive: true }));

/** Starts a process that supervises `child`, as scripts/deploy supervises Helm. */
async function start(more = '') {
  for (const file of ['pid', 'done']) rmSync(join(folder, file), { force: true });
  const code = `import { supervise } from '${module}';
    console.log(JSON.stringify(await supervise('sh', ['-c', process.argv[1], process.argv[2]]${more})))`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code, child, folder]);
  let said = '';
  parent.stdout.on('data', (text: Buffer) => (said += text.toString()));
  while (!existsSync(join(folder, 'pid')) || !readFileSync(join(folder, 'pid'), 'utf8').trim())
    await delay(20);
  return { parent, said: () => said, id: Number(readFileSync(join(folder, 'pid'), 'utf8')) };
}

const isThere = (id: number) =>
  existsSync(`/proc/${id}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));

describe('a supervised program', { skip: process.platform === 'linux' ? false : 'Linux only' }, () => {
  it('gets SIGTERM, and is waited for', async () => {
    const { parent, said } = await start();
    parent.kill('SIGTERM');
    await once(parent, 'close'); // its output has ended too
    assert.equal(readFileSync(join(folder, 'done'), 'utf8').trim(), 'done');
    assert.deepEqual(JSON.parse(said()), { code: 7, signal: 'SIGTERM' });
  });

  it('gets SIGTERM when it must end, and is waited for', async () => {
    const { parent, said } = await start(', { end: AbortSignal.timeout(500) }');
    await once(parent, 'close');
    assert.equal(readFileSync(join(folder, 'done'), 'utf8').trim(), 'done');
    assert.deepEqual(JSON.parse(said()), { code: 7 });
  });

  it('is not started if the lease is already lost', async () => {
    const { code } = await supervise('sh', ['-c', 'touch "$0/started"', folder], {
      lost: AbortSignal.abort(),
    });
    assert.equal(code, NOT_STARTED);
    assert.equal(existsSync(join(folder, 'started')), false);
  });

  it('does not outlive a supervisor that was killed', async () => {
    const { parent, id } = await start();
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    while (isThere(id)) await delay(20); // The time limit of the test runner ends it.
    assert.equal(existsSync(join(folder, 'done')), false);
  });
});
