import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Child } from './child.ts';

const folder = mkdtempSync(join(tmpdir(), 'galley-bench-child-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function childOf(code: string): Child {
  const file = join(folder, 'child.mjs');
  writeFileSync(file, code);
  return new Child(file);
}

describe('a process of the bench', () => {
  it('answers with its first message', async () => {
    const child = childOf(`process.send({ node: 1 }); setTimeout(() => {}, 1e6);`);
    assert.deepEqual(await child.message(), { node: 1 });
    await child.stop();
  });

  it('that fails at an import ends the wait with its exit code and its text', async () => {
    const child = childOf(`import 'a-package-that-is-not-installed';`);
    await assert.rejects(
      child.message(),
      /child\.mjs ended with 1:[^]*Cannot find package 'a-package-that-is-not-installed'/,
    );
  });

  it('that fails later is reported when the bench stops it', async () => {
    const child = childOf(`process.send({}); process.on('message', () => { throw new Error('a fault') });`);
    await child.message();
    child.send({});
    await assert.rejects(child.message(), /ended with 1:[^]*a fault/);
    await assert.rejects(child.stop(), /ended with 1:[^]*a fault/);
  });
});
