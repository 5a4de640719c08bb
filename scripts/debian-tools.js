/**
 * Finds a program that the tests need, on the machine or else unpacked from
 * Debian's packages into a folder of the project, without root and without
 * changing the system: `node scripts/debian-tools.js chromium` prints its path.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A program: the names that it has on PATH, its Debian package, its file in there. */
const TOOLS = {
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    package: 'chromium',
    file: 'usr/lib/chromium/chromium',
  },
  shellcheck: { names: ['shellcheck'], package: 'shellcheck', file: 'usr/bin/shellcheck' },
  'redis-server': { names: ['redis-server'], package: 'redis-server', file: 'usr/bin/redis-server' },
};

/** Stays the machine's own: libc, which the loader belongs to, and what only an installed system needs. */
const STAYS =
  /^(libc6|libc-bin|libgcc-s1|gcc-\d+-base|debconf.*|dpkg|perl.*|init-system-helpers|systemd.*|dbus.*|udev)$/;

const CACHE = resolve('node_modules/.cache/debian');

/** @returns the path of a program that runs */
export function findTool(name) {
  const tool = TOOLS[name];
  if (!tool) throw new Error(`No such tool: ${name}; there are ${Object.keys(TOOLS).join(', ')}`);
  return onPath(tool.names) ?? unpacked(name, tool);
}

function onPath(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const path = join(folder, name);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}

function unpacked(name, tool) {
  if (!onPath(['apt-get']))
    throw new Error(
      `${name} is not installed, and there is no apt-get to unpack it with: install it and put it on PATH`,
    );
  const launcher = join(CACHE, 'bin', name);
  if (existsSync(launcher)) return launcher;
  const root = join(CACHE, name);
  console.log(`${name} is not installed: unpacking Debian's package into ${root} (no root needed)`);
  rmSync(root, { recursive: true, force: true });
  for (const folder of [
    root,
    join(CACHE, 'bin'),
    join(CACHE, 'lists/partial'),
    join(CACHE, 'archives/partial'),
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  const options = [
    ['Dir::State::Lists', join(CACHE, 'lists')],
    ['Dir::Cache', CACHE],
    ['Dir::Cache::Archives', join(CACHE, 'archives')],
    ['Debug::NoLocking', 'true'],
    ['APT::Update::Post-Invoke', ''],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const run = (command, args, cwd = CACHE) =>
    execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
  run('apt-get', [...options, '-qq', 'update']);
  const closure = run('apt-cache', [
    ...options,
    'depends',
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
    '--no-replaces',
    '--no-enhances',
    tool.package,
  ]);
  const names = [
    ...new Set(closure.split('\n').filter((line) => /^[a-z0-9]/.test(line) && !STAYS.test(line))),
  ];
  const wanted = withCandidate(run('apt-cache', [...options, 'policy', ...names]));
  const archives = join(CACHE, 'archives');
  run('apt-get', [...options, '-qq', 'download', ...wanted], archives);
  for (const file of readdirSync(archives).filter((entry) => entry.endsWith('.deb')))
    run('dpkg', ['-x', join(archives, file), root]);
  rmSync(archives, { recursive: true, force: true });
  rmSync(join(CACHE, 'lists'), { recursive: true, force: true });
  const libraries = libraryFolders(root);
  writeFileSync(
    launcher,
    `#!/bin/sh\nLD_LIBRARY_PATH="${libraries.join(':')}" FONTCONFIG_PATH="${join(root, 'etc/fonts')}" exec "${join(root, tool.file)}" "$@"\n`,
  );
  chmodSync(launcher, 0o755);
  return launcher;
}

/**
 * Where the unpacked libraries lie; a package may keep private ones a level
 * deeper (pulseaudio), which its own file names by their installed path.
 */
function libraryFolders(root) {
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

/** Of a `policy` listing, the packages that can be had; virtual ones have no candidate. */
const withCandidate = (policy) =>
  [...policy.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (?!\(none\))/gm)].map(([, name]) => name);

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(findTool(process.argv[2]));
