/**
 * Installs Debian packages in a folder of the project: apt selects and downloads them, and dpkg unpacks them,
 * without root and without changing the system.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Packages that must come from the machine: libc, to which the loader belongs, and packages that only an installed
 * system requires.
 */
const STAYS =
  /^(libc6|libc-bin|libgcc-s1|gcc-\d+-base|debconf.*|dpkg|perl.*|init-system-helpers|systemd.*|dbus.*|udev)$/;

interface Unpacking {
  /** The folder for the files. */
  root: string;
  /** The folder for the lists of apt, which later packages use again. */
  cache: string;
  /** Another suite of Debian than that of the machine. */
  suite?: string;
}

/**
 * Unpacks a package and its dependencies, or only the package if it is from another suite.
 * @returns the packages as name=version
 */
export function unpackPackage(name: string, { root, cache, suite }: Unpacking): string[] {
  const apt = aptIn(join(cache, `apt-${suite ?? 'own'}`), suite);
  apt.run('apt-get', ['update']);
  const packages = apt.closureOf(name).filter(([wanted]) => (suite ? wanted === name : !STAYS.test(wanted)));
  const named = packages.map(([wanted, version]) => `${wanted}=${version}`);
  const archives = join(root, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  apt.run('apt-get', ['download', ...named], archives);
  for (const file of readdirSync(archives).filter((entry) => entry.endsWith('.deb')))
    execFileSync('dpkg-deb', ['--extract', join(archives, file), root], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  rmSync(archives, { recursive: true });
  return named;
}

/** Returns an apt with separate lists, which installs nothing. */
function aptIn(folder: string, suite: string | undefined) {
  mkdirSync(join(folder, 'lists/partial'), { recursive: true });
  const status = join(folder, 'status');
  if (!existsSync(status)) writeFileSync(status, '');
  const options = Object.entries({
    ...(suite !== undefined && sourcesOf(folder, suite)),
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::Status': status,
    'Dir::Cache': folder,
    'Debug::NoLocking': 'true',
    'APT::Update::Post-Invoke': '',
    'APT::Install-Recommends': 'false',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const run = (program: string, args: string[], cwd = folder) =>
    execFileSync(program, [...options, '-qq', ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
  return {
    run,
    /** The selection of apt for an empty machine, which contains one of several alternatives. */
    closureOf: (name: string): [wanted: string, version: string][] =>
      [...run('apt-get', ['--simulate', 'install', name]).matchAll(/^Inst (\S+) \((\S+) /gm)].map(
        ([, wanted = '', version = '']) => [wanted, version],
      ),
  };
}

function sourcesOf(folder: string, suite: string) {
  const list = join(folder, 'sources.list');
  writeFileSync(list, `deb http://deb.debian.org/debian ${suite} main\n`);
  return { 'Dir::Etc::SourceList': list, 'Dir::Etc::SourceParts': '/dev/null' };
}
