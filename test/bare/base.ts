import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = resolve('node_modules/.cache/bare');
const SUITE = 'bookworm';
const INCLUDE = ['ca-certificates', 'git'];
/** The version of npm that the oldest supported Node contains. */
const NPM = '10.8.2';

/**
 * Unpacks a fresh Debian, which the first call creates. Devices are left out, because root of a user namespace
 * cannot create them.
 */
export function unpackDebian(root: string): void {
  const archive = join(CACHE, `${SUITE}-${process.arch}-${INCLUDE.join('-')}.tar`);
  if (!existsSync(archive)) makeDebian(root, archive);
  else execFileSync('tar', ['--extract', '--numeric-owner', '--file', archive, '--directory', root]);
}

function makeDebian(root: string, archive: string): void {
  console.log(`making a fresh Debian: debootstrap --variant=minbase --include=${INCLUDE.join(',')} ${SUITE}`);
  const { status, stdout, error } = spawnSync(
    process.env.GALLEY_DEBOOTSTRAP ?? 'debootstrap',
    ['--variant=minbase', `--include=${INCLUDE.join(',')}`, SUITE, root, ...mirror()],
    // With `lxc`, debootstrap binds the devices instead of creating them, and mounts nothing twice.
    { encoding: 'utf8', env: { ...process.env, container: 'lxc' } },
  );
  if (status !== 0) throw new Error(`debootstrap failed\n${stdout?.slice(-4000)}${error?.message ?? ''}`);
  rmSync(join(root, 'var/cache/apt/archives'), { recursive: true });
  mkdirSync(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${archive}.new`;
  const options = ['--one-file-system', '--numeric-owner', '--exclude=./dev/*', '--exclude=./proc/*'];
  execFileSync('tar', ['--create', ...options, '--file', unfinished, '--directory', root, '.']);
  renameSync(unfinished, archive);
}

/**
 * Returns the mirror from which the apt of this machine gets the suite, if there is one. Otherwise debootstrap uses
 * its default.
 */
function mirror(): string[] {
  const [first] = repositories().filter(([, codename]) => codename === SUITE);
  return first ? [first[0]] : [];
}

type Repository = [address: string, codename: string, component: string];

/** Returns the repositories of the suite that the apt of this machine uses. */
export function repositories(): Repository[] {
  const format = ['--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)'];
  return execFileSync('apt-get', ['indextargets', ...format, 'Created-By: Packages'], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(' ') as Repository)
    .filter(([, codename, component]) => codename?.startsWith(SUITE) && component === 'main');
}

/** Installs Node and npm from packages of the registry, so that the result does not depend on this machine. */
export function installNode(root: string): string[] {
  const node = oldestNode();
  const packages = [`node-linux-${process.arch}@${node}`, `npm@${NPM}`];
  const folder = join(CACHE, `node-${node}-npm-${NPM}-${process.arch}`);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.new`;
    mkdirSync(unfinished, { recursive: true });
    execFileSync('npm', ['install', '--prefix', unfinished, '--ignore-scripts', '--no-save', ...packages], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    renameSync(unfinished, folder);
  }
  const copy = (from: string, to: string) => {
    mkdirSync(join(root, to, '..'), { recursive: true });
    execFileSync('cp', ['-r', join(folder, 'node_modules', from), join(root, to)]);
  };
  copy(`node-linux-${process.arch}/bin/node`, 'usr/local/bin/node');
  copy('npm', 'usr/local/lib/node_modules/npm');
  for (const name of ['npm', 'npx'])
    execFileSync('ln', [
      '-s',
      `../lib/node_modules/npm/bin/${name}-cli.js`,
      join(root, 'usr/local/bin', name),
    ]);
  return packages;
}

/** Returns the minimum version in package.json: `>=20.19` is 20.19.0. */
function oldestNode(): string {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
  return `${major}.${minor}.0`;
}
