/**
 * Runs a command on a bare machine, in the namespaces that run.ts has created: node test/bare/machine.ts FOLDER
 * HOGS COMMAND
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from '../../scripts/tools/main.ts';
import { installNode, unpackDebian } from './base.ts';
import { type Machine, startsAndStops, testsPass } from './commands.ts';
import { processes } from './processes.ts';
import { shareRegistries } from './registries.ts';

const ID = 1000;
const HOME = '/home/writer';
const CLONE = `${HOME}/galley`;
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

const COMMANDS: Record<string, [line: string, holds: typeof startsAndStops]> = {
  start: ['npm ci && npm run build && npm start', startsAndStops],
  test: ['npm ci && npm test', testsPass],
};
/** @returns the exit code */
async function runMachine([folder = '', hogs, only]: string[]): Promise<number> {
  const root = join(folder, 'root');
  mkdirSync(root);
  const since = performance.now();
  const packages = prepare(root);
  const report = [`${seconds(since)}  a fresh Debian with Node and npm`];
  const run = asUser(root);
  for (let n = 0; n < Number(hogs); n++) spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  const others = new Set(processes().map(({ pid }) => pid));
  let failed = false;
  for (const [name, [line, holds]] of Object.entries(COMMANDS)) {
    if (only && name !== only) continue;
    console.log(`\n$ ${line}`);
    const outcome = await holds(line, { run, others });
    report.push(...outcome.says);
    failed ||= outcome.failed ?? false;
  }
  console.log(`\n${[...report, `unpacked: ${packages.join(', ')}`, ...unpacked(root)].join('\n')}`);
  console.log(failed ? '\ntest:bare failed' : '\ntest:bare ok');
  return failed ? 1 : 0;
}

/** @returns the packages of npm that it has unpacked */
function prepare(root: string): string[] {
  unpackDebian(root);
  mountKernel(root);
  const node = installNode(root);
  chroot(root, ['useradd', '--create-home', '--shell', '/bin/sh', '--uid', String(ID), 'writer']);
  const clone = join(root, CLONE);
  execFileSync('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--no-hardlinks', process.cwd(), clone]);
  chroot(root, ['chown', '--recursive', `${ID}:${ID}`, CLONE]);
  return node;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(0)} s`.padStart(6);
}

/** Mounts /proc, /sys and only the few devices that a program can expect. */
function mountKernel(root: string): void {
  const dev = join(root, 'dev');
  for (const name of ['proc', 'sys', 'dev']) mkdirSync(join(root, name), { recursive: true });
  mount('-t', 'proc', 'proc', join(root, 'proc'));
  mount('--rbind', '/sys', join(root, 'sys'));
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', dev);
  for (const name of DEVICES) {
    writeFileSync(join(dev, name), '');
    mount('--bind', `/dev/${name}`, join(dev, name));
  }
  for (const [name, target] of [
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
    ['ptmx', 'pts/ptmx'],
  ] as const)
    symlinkSync(target, join(dev, name));
  mkdirSync(join(dev, 'pts'));
  mount('-t', 'devpts', '-o', 'newinstance,ptmxmode=666,mode=620', 'devpts', join(dev, 'pts'));
  mkdirSync(join(dev, 'shm'));
  mount('-t', 'tmpfs', '-o', 'mode=1777', 'tmpfs', join(dev, 'shm'));
}

function mount(...args: string[]): void {
  execFileSync('mount', args);
}

function chroot(root: string, command: string[]): void {
  execFileSync('chroot', [root, ...command], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
}

/** Runs lines in the shell of an ordinary user, in the clone. */
function asUser(root: string): Machine['run'] {
  const env: NodeJS.ProcessEnv = {
    ...shareRegistries(root, { home: HOME, id: ID }),
    HOME,
    USER: 'writer',
    LANG: 'C.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
  };
  return (line, { more = {}, stdio }) => {
    const settings = Object.entries({ ...env, ...more }).map(([name, value]) => `${name}=${value}`);
    const user = [`--userspec=${ID}:${ID}`, `--groups=${ID}`];
    const shell = ['/usr/bin/env', '-i', ...settings, 'sh', '-c', `cd ${CLONE} && ${line}`];
    return spawn('chroot', [...user, root, ...shell], { stdio });
  };
}

/** What the commands have unpacked from Debian, in lines for the report. */
function unpacked(root: string): string[] {
  const cache = join(root, CLONE, 'node_modules/.cache/debian/packages');
  try {
    return readdirSync(cache).map((tool) => {
      const list = readFileSync(join(cache, tool), 'utf8').trim().split('\n');
      return `unpacked from Debian for ${tool}, ${list.length}: ${list.join(' ')}`;
    });
  } catch {
    return ['unpacked from Debian: nothing'];
  }
}

if (isMain(import.meta)) process.exit(await runMachine(process.argv.slice(2)));
