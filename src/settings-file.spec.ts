import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidConfig } from './platform/config/config.errors.js';
import { readEnvironment } from './platform/config/read-environment.js';
import { loadConfig } from './settings.js';

let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'galley-config-file-'));
  path = join(directory, 'config.yaml');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(yaml: string, variables: Record<string, string> = {}) {
  writeFileSync(path, yaml);
  return readEnvironment({ GALLEY_DATA_DIR: directory, CONFIG_FILE: 'config.yaml', ...variables }, directory);
}
function faultsOf(yaml: string, variables?: Record<string, string>): string[] {
  try {
    loadConfig(read(yaml, variables));
  } catch (error) {
    if (error instanceof InvalidConfig)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

describe('CONFIG_FILE', () => {
  it('holds settings spelt as the variables, below the environment', () => {
    const yaml =
      'PORT: 4000\nHOST: 127.0.0.1\nMETRICS_ENABLED: false\nALLOWED_ORIGINS: [https://a.example, https://b.example]\n';
    expect(loadConfig(read(yaml, { PORT: '5000' }))).toMatchObject({
      PORT: 5000,
      HOST: '127.0.0.1',
      METRICS_ENABLED: false,
      ALLOWED_ORIGINS: ['https://a.example', 'https://b.example'],
    });
  });

  it('stands below .env, too', () => {
    writeFileSync(join(directory, '.env'), 'PORT=6000\n');
    expect(read('PORT: 4000\nLOG_LEVEL: warn\n')).toMatchObject({ PORT: '6000', LOG_LEVEL: 'warn' });
    rmSync(join(directory, '.env'));
  });

  it('takes every value as it is written', () => {
    expect(read('APP_VERSION: 1.10\nREGISTRATION: off\nDEPLOY_ENV:\n')).toMatchObject({
      APP_VERSION: '1.10',
      REGISTRATION: 'off',
    });
  });

  it('may be empty', () => {
    expect(faultsOf('')).toEqual([]);
    expect(faultsOf('# nothing yet\n')).toEqual([]);
  });

  it('names the file and the key of every fault at once, also of those that a schema finds', () => {
    expect(
      faultsOf('PROT: 3000\nPORT: many\nHOST: {name: x}\nDB_USER: galley\nCONFIG_FILE: other.yaml\n'),
    ).toEqual([
      `PROT is not a setting (in ${path}); docs/configuration.md lists all settings`,
      `HOST must be a value or a list of values (in ${path})`,
      `CONFIG_FILE is not a setting (in ${path}); docs/configuration.md lists all settings`,
      `PORT must be a whole number from 0 to 65535 (in ${path})`,
      `DB_USER is not a setting of Galley; use DB_USERNAME instead (in ${path})`,
    ]);
  });

  it('is not blamed for what the environment says', () => {
    expect(faultsOf('PORT: 3000\n', { PORT: 'many' })).toEqual([
      'PORT must be a whole number from 0 to 65535',
    ]);
  });

  it.each([
    ['is no YAML', 'PORT: 1\nHOST: [', 'names a file that is not valid YAML:'],
    ['says a thing twice', 'PORT: 1\nPORT: 2\n', 'line 2: duplicated mapping key'],
    ['is a list', '- PORT\n', 'must name a file with one map of settings'],
    ['holds two documents', 'PORT: 1\n---\nPORT: 2\n', 'must name a file with one map of settings'],
  ])('is refused when it %s', (_what, yaml, message) => {
    expect(faultsOf(yaml)).toEqual([expect.stringContaining(message)]);
  });

  it('is refused when it is not there', () => {
    expect(faultsOf('', { CONFIG_FILE: 'absent.yaml' })).toEqual([
      `CONFIG_FILE names a file that cannot be read: ${join(directory, 'absent.yaml')} (ENOENT)`,
    ]);
  });
});
