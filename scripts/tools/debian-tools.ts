/**
 * Finds a program that the tests require, on the machine or in a Debian package that is unpacked into a folder of
 * the project, without root and without changing the system: `node scripts/tools/debian-tools.ts chromium` prints
 * its path.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unpackPackage } from './debian-packages.ts';
import { saidBy } from './failures.ts';
import { isMain } from './main.ts';

interface Tool {
  /** The names on PATH. */
  names: string[];
  /** The name of the Debian package. */
  package: string;
  /** The path of the program in the package. */
  file: string;
  /**
   * The suite of a program that Debian of this machine does not have, or only in an old version, and that has no
   * dependencies.
   */
  suite?: string;
  /** Environment variables that the program requires because of its location. */
  env?: (root: string) => Record<string, string>;
}

const TOOLS: Record<string, Tool> = {
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    package: 'chromium',
    file: 'usr/lib/chromium/chromium',
  },
  curl: { names: ['curl'], package: 'curl', file: 'usr/bin/curl' },
  debootstrap: {
    names: ['debootstrap'],
    package: 'debootstrap',
    file: 'usr/sbin/debootstrap',
    env: (root) => ({ DEBOOTSTRAP_DIR: join(root, 'usr/share/debootstrap') }),
  },
  promtool: { names: ['promtool'], package: 'prometheus', file: 'usr/bin/promtool' },
  python3: {
    names: [], // An installed Python may not have pip.
    package: 'python3-pip',
    file: 'usr/bin/python3',
  },
  'python3-feedparser': {
    names: [], // An installed Python may not have this library.
    package: 'python3-feedparser',
    file: 'usr/bin/python3',
    env: (root) => ({ PYTHONPATH: join(root, 'usr/lib/python3/dist-packages') }),
  },
  'docker-compose': {
    names: [], // An installed compose may be version 1, which reads other files.
    package: 'docker-compose',
    file: 'usr/libexec/docker/cli-plugins/docker-compose',
    suite: 'sid',
  },
  nginx: { names: ['nginx'], package: 'nginx', file: 'usr/sbin/nginx' },
  openssl: { names: ['openssl'], package: 'openssl', file: 'usr/bin/openssl' },
  'redis-server': { names: ['redis-server'], package: 'redis-server', file: 'usr/bin/redis-server' },
  shellcheck: { names: ['shellcheck'], package: 'shellcheck', file: 'usr/bin/shellcheck' },
  xmllint: { names: ['xmllint'], package: 'libxml2-utils', file: 'usr/bin/xmllint' },
};

const CACHE = resolve('node_modules/.cache/debian');

/** @returns the path of a program that works */
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
 * The fonts.conf of the package uses /usr/share/fonts, where a machine may have no fonts. Without any font,
 * Chromium terminates in its text renderer.
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
 * Returns the folders of the unpacked libraries. A package can have private ones in subfolders (pulseaudio), to
 * which its own file refers by their installed path.
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
