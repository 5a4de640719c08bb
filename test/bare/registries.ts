import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositories } from './base.ts';

/** The environment variables of this machine that define the access to registries. */
const SETTINGS =
  /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file|pip_(cert|index_url|extra_index_url|trusted_host|proxy|default_timeout)|npm_config_(registry|cafile|proxy|https_proxy|noproxy|strict_ssl))$/i;

/** The settings of apt about proxies, and about the maximum age of the lists of a mirror. */
const APT_SETTINGS = /^Acquire::(Check-|https?|Retries).* "[^"]+";$/gim;

/** Files that have the same meaning at the same path. */
const FILES = [
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/npmrc',
  '/etc/pip.conf',
  '/usr/local/etc/npmrc',
];

interface User {
  home: string;
  id: number;
}

/**
 * The bare machine accesses registries like this machine: with the same mirrors, proxies and certificates. They are
 * copied when it runs, and stored nowhere.
 * @returns the variables of its user
 */
export function shareRegistries(root: string, { home, id }: User): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => SETTINGS.test(name)));
  const certificates = Object.values(env).filter(
    (value) => value !== undefined && value.startsWith('/') && isFile(value),
  ) as string[];
  for (const file of [...FILES, ...certificates]) copy(file, join(root, file));
  const { npm_config_globalconfig: globalNpmrc = '/usr/etc/npmrc', npm_config_userconfig: userNpmrc } =
    process.env;
  copy(globalNpmrc, join(root, 'usr/local/etc/npmrc'));
  copy(userNpmrc ?? join(homedir(), '.npmrc'), join(root, home, '.npmrc'), id);
  copy(join(homedir(), '.config/pip/pip.conf'), join(root, home, '.config/pip/pip.conf'), id);
  const lines = repositories().map(
    ([address, codename, component]) => `deb ${address} ${codename} ${component}`,
  );
  if (lines.length > 0) writeFileSync(join(root, 'etc/apt/sources.list'), `${lines.join('\n')}\n`);
  const apt = execFileSync('apt-config', ['dump'], { encoding: 'utf8' }).match(APT_SETTINGS) ?? [];
  writeFileSync(join(root, 'etc/apt/apt.conf.d/99-as-around'), `${apt.join('\n')}\n`);
  return env;
}

function copy(from: string, to: string, id?: number): void {
  if (!isFile(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  if (id) chownSync(to, id, id);
}

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();
