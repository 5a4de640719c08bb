/**
 * Finds a program that the tests need, on the machine or else unpacked from
 * Debian's packages into a folder of the project, without root and without
 * changing the system: `node scripts/tools/debian-tools.ts chromium` prints its path.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unpackPackage } from './debian-packages.ts';
import { saidBy } from './failures.ts';
import { isMain } from './main.ts';

interface Tool {
  /** On PATH. */
  names: string[];
  /** Debian's. */
  package: string;
  /** The program in the package. */
  file: string;
  /** Where this machine's Debian has it not or too old, and the program stands alone. */
  suite?: string;
  /** What it has to be told because it lies elsewhere. */
  env?: (root: string) => Record<string, string>;
}

const TOOLS: Record<string, Tool> = {
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    package: 'chromium',
    file: 'usr/lib/chromium/chromium',
  },
  debootstrap: {
    names: ['debootstrap'],
    package: 'debootstrap',
    file: 'usr/sbin/debootstrap',
    env: (root) => ({ DEBOOTSTRAP_DIR: join(root, 'usr/share/debootstrap') }),
  },
  promtool: { names: ['promtool'], package: 'prometheus', file: 'usr/bin/promtool' },
  python3: {
    names: [], // an installed one may have no pip
    package: 'python3-pip',
    file: 'usr/bin/python3',
  },
  'docker-compose': {
    names: [], // an installed one may be of version 1, which reads other files
    package: 'docker-compose',
    file: 'usr/libexec/docker/cli-plugins/docker-compose',
    suite: 'sid',
  },
  nginx: { names: ['nginx'], package: 'nginx', file: 'usr/sbin/nginx' },
  openssl: { names: ['openssl'], package: 'openssl', file: 'usr/bin/openssl' },
  'redis-server': { names: ['redis-server'], package: 'redis-server', file: 'usr/bin/redis-server' },
  shellcheck: { names: ['shellcheck'], package: 'shellcheck', file: 'usr/bin/shellcheck' },
};

const CACHE = resolve('node_modules/.cache/debian');

/** @returns the path of a program that runs */
export function findTool(name: string): string {
  const tool = TOOLS[name];
  if (!tool) throw new Error(`No such tool: ${name}; there are ${Object.keys(TOOLS).join(', ')}`);
  return onPath(tool.names) ?? unpacked(name, tool);
}

function onPath(names: string[]): string | undefined {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const path = join(folder, name);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

function unpacked(name: string, tool: Tool): string {
  const launcher = join(CACHE, 'bin', name);
  if (existsSync(launcher)) return launcher;
  const missing = ['apt-get', 'dpkg-deb'].filter((program) => !onPath([program]));
  if (missing.length > 0)
    throw new Error(
      `${name} is not installed, and there is no ${missing.join(' and no ')} to unpack it with: install ${name} and put it on PATH`,
    );
  const root = join(CACHE, name);
  console.error(`${name} is not installed: unpacking Debian's package into ${root} (no root needed)`);
  rmSync(root, { recursive: true, force: true });
  for (const folder of [root, join(CACHE, 'bin'), join(CACHE, 'packages')])
    mkdirSync(folder, { recursive: true });
  const packages = fetched(name, root, tool);
  writeFileSync(join(CACHE, 'packages', name), `${packages.join('\n')}\n`);
  writeLauncher(launcher, root, tool);
  return launcher;
}

function fetched(name: string, root: string, tool: Tool): string[] {
  try {
    return unpackPackage(tool.package, { root, cache: CACHE, suite: tool.suite });
  } catch (error) {
    throw new Error(
      `${name} is not installed, and Debian's package ${tool.package} cannot be unpacked: put it on PATH\n${saidBy(error)}`,
      { cause: error },
    );
  }
}

function writeLauncher(launcher: string, root: string, tool: Tool): void {
  const env: Record<string, string> = {
    LD_LIBRARY_PATH: libraryFolders(root).join(':'),
    ...(existsSync(join(root, 'usr/share/fonts')) && { FONTCONFIG_FILE: fontsOf(root) }),
    ...tool.env?.(root),
  };
  const settings = Object.entries(env).map(([key, value]) => `export ${key}="${value}"`);
  writeFileSync(launcher, ['#!/bin/sh', ...settings, `exec "${join(root, tool.file)}" "$@"`, ''].join('\n'));
  chmodSync(launcher, 0o755);
}

/**
 * The package's own fonts.conf names /usr/share/fonts, where a machine may have no font at all; without one Chromium
 * ends in its text renderer.
 */
function fontsOf(root: string): string {
  const file = join(root, 'fonts.conf');
  writeFileSync(
    file,
    [
      '<?xml version="1.0"?>',
      '<fontconfig>',
      `  <dir>${join(root, 'usr/share/fonts')}</dir>`,
      '  <dir>/usr/share/fonts</dir>',
      `  <cachedir>${join(root, 'fontconfig')}</cachedir>`,
      '</fontconfig>',
      '',
    ].join('\n'),
  );
  return file;
}

/**
 * Where the unpacked libraries lie; a package may keep private ones a level
 * deeper (pulseaudio), which its own file names by their installed path.
 */
function libraryFolders(root: string): string[] {
  const triplets = ['usr/lib', 'lib']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
        .map((entry) => join(root, folder, entry.name)),
    );
  const deeper = triplets.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name))
      .filter((path) => readdirSync(path).some((file) => file.includes('.so'))),
  );
  return [...triplets, ...deeper];
}

if (isMain(import.meta)) console.log(findTool(process.argv[2] ?? ''));
