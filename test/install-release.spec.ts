import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** A small project with the commands that the script runs. Its build fails while the file `broken` exists. */
let folder: string;
let script: string;
const releases = () => join(folder, 'releases');
const broken = () => join(folder, 'broken');

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
    cwd: join(folder, 'project'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-install-'));
  const project = join(folder, 'project');
  mkdirSync(join(project, 'deploy/systemd'), { recursive: true });
  mkdirSync(releases());
  copyFileSync('deploy/systemd/install-release', join(project, 'deploy/systemd/install-release'));
  chmodSync(join(project, 'deploy/systemd/install-release'), 0o755);
  const build = `test ! -e ${broken()} && mkdir dist && date +%s%N > dist/main.js`;
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'small', scripts: { build } }));
  writeFileSync(
    join(project, 'package-lock.json'),
    JSON.stringify({ name: 'small', lockfileVersion: 3, packages: { '': { name: 'small' } } }),
  );
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  git('tag', 'v1.0.0');
  execFileSync('git', ['clone', '--quiet', `file://${project}`, join(folder, 'source')]);
  script = join(folder, 'source/deploy/systemd/install-release');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function install(...args: string[]) {
  const env = { ...process.env, GALLEY_RELEASES: releases(), GALLEY_USER: userInfo().username };
  const { status, stdout, stderr } = spawnSync(script, args, { env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describe('deploy/systemd/install-release', () => {
  it('leaves no release when the build fails, and can be repeated', () => {
    writeFileSync(broken(), '');
    expect(install('v1.0.0').status).not.toBe(0);
    expect(existsSync(join(releases(), 'v1.0.0'))).toBe(false);
    rmSync(broken());
    const { status, output } = install('v1.0.0');
    expect([status, output]).toEqual([0, expect.stringContaining('v1.0.0 is complete')]);
    expect(readdirSync(releases())).toEqual(['v1.0.0']);
  });

  it('does not build a release again that is there, because a process may run it', () => {
    const built = () => readFileSync(join(releases(), 'v1.0.0/dist/main.js'), 'utf8');
    const before = built();
    expect(install('v1.0.0')).toEqual({ status: 0, output: expect.stringContaining('exists already') });
    expect(built()).toBe(before);
  });

  it.each([['v9.9.9'], ['../v1.0.0'], [''], ['--help']])('refuses %j and changes nothing', (version) => {
    expect(install(version).status).not.toBe(0);
    expect(readdirSync(releases()).filter((name) => !name.startsWith('.'))).toEqual(['v1.0.0']);
  });
});
