import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../src/settings.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const make = (...args: string[]) => execFileSync('scripts/make-secrets', args, { encoding: 'utf8' });
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const filesOf = (path: string) => readdirSync(join(folder, path)).sort();

describe('scripts/make-secrets', () => {
  it('makes what docker-compose.yml wants, each another, for its owner alone, and keeps what is there', () => {
    const path = join(folder, 'env');
    writeFileSync(path, 'PORT=4000\nPOSTGRES_PASSWORD=kept\n');
    make('development', '--output', path);
    const lines = read('env').trim().split('\n');
    const wanted = [...readFileSync('docker-compose.yml', 'utf8').matchAll(/\$\{(\w+):\?/g)].map(
      ([, name]) => name,
    );
    expect(lines.map((line) => line.split('=')[0])).toEqual(expect.arrayContaining([...wanted, 'PORT']));
    expect(lines).toContain('POSTGRES_PASSWORD=kept');
    expect(new Set(lines.map((line) => line.split('=')[1])).size).toBe(lines.length);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    make('development', '--output', path);
    expect(read('env').trim().split('\n')).toEqual(lines);
  });

  it('makes a folder that Galley starts with in production, and every file that docker-compose.prod.yml mounts', () => {
    make('production', '--output', join(folder, 'production'), '--host', 'api.example.com');
    const names = filesOf('production/galley');
    const variables = Object.fromEntries(
      names.map((name) => [`${name}_FILE`, join(folder, 'production/galley', name)]),
    );
    const config = loadConfig({ NODE_ENV: 'production', ...variables });
    expect(config).toMatchObject({ production: true, DATABASE_SSL_MODE: 'verify-full' });
    expect(new URL(config.DATABASE_URL ?? '').username).toBe('galley_app');
    expect(new URL(config.DATABASE_MIGRATION_URL ?? '').username).toBe('galley_migrator');
    const mounted = [
      ...readFileSync('docker-compose.prod.yml', 'utf8').matchAll(/file: \.\/secrets\/production\/(\S+)/g),
    ];
    expect(mounted.length).toBeGreaterThan(10);
    for (const [, path] of mounted) expect(read(join('production', path ?? ''))).not.toBe('');
    expect(statSync(join(folder, 'production/galley')).mode & 0o777).toBe(0o700);
  });

  it('signs certificates for the names that clients use', () => {
    const servers = join(folder, 'production/servers');
    const verify = (file: string, host: string) =>
      spawnSync('openssl', [
        'verify',
        '-CAfile',
        join(servers, 'ca.crt'),
        '-verify_hostname',
        host,
        join(servers, file),
      ]).status;
    expect([verify('postgres.crt', 'postgres'), verify('tls.crt', 'api.example.com')]).toEqual([0, 0]);
    expect(verify('postgres.crt', 'elsewhere')).not.toBe(0);
  });

  it('changes one secret when its file is deleted, and what follows from it', () => {
    const before = filesOf('production/galley').map((name) => read(`production/galley/${name}`));
    rmSync(join(folder, 'production/servers/GALLEY_APP_PASSWORD'));
    make('production', '--output', join(folder, 'production'));
    const password = read('production/servers/GALLEY_APP_PASSWORD');
    expect(read('production/galley/DATABASE_URL')).toContain(`galley_app:${password}@`);
    const after = filesOf('production/galley').map((name) => read(`production/galley/${name}`));
    expect(after.filter((text, index) => text !== before[index])).toHaveLength(1);
  });

  it('takes the addresses of other servers', () => {
    make(
      'staging',
      '--output',
      join(folder, 'staging'),
      '--database',
      'db.internal:6432/pages',
      '--redis',
      'rediss://cache',
    );
    expect(read('staging/galley/DATABASE_URL')).toMatch(/@db\.internal:6432\/pages$/);
    expect(read('staging/galley/REDIS_URL')).toMatch(/^rediss:\/\/:[0-9a-f]{64}@cache$/);
  });

  it('keeps the addresses when it is called again without them, and takes others', () => {
    const output = ['staging', '--output', join(folder, 'staging')];
    const urls = () =>
      ['DATABASE_URL', 'DATABASE_MIGRATION_URL', 'REDIS_URL'].map((name) => read(`staging/galley/${name}`));
    const first = urls();
    rmSync(join(folder, 'staging/galley/METRICS_TOKEN'));
    expect(make(...output)).toContain('1 files made');
    expect(urls()).toEqual(first);

    rmSync(join(folder, 'staging/galley/DATABASE_URL'));
    rmSync(join(folder, 'staging/servers/REDIS_PASSWORD'));
    make(...output);
    expect(urls().slice(0, 2)).toEqual(first.slice(0, 2));
    expect(urls()[2]).toBe(`rediss://:${read('staging/servers/REDIS_PASSWORD')}@cache`);

    make(...output, '--database', 'db.internal/pages', '--redis', 'cache:6380');
    expect(urls()).toEqual([
      expect.stringMatching(/^postgresql:\/\/galley_app:[0-9a-f]{64}@db\.internal\/pages$/),
      expect.stringMatching(/^postgresql:\/\/galley_migrator:[0-9a-f]{64}@db\.internal\/pages$/),
      expect.stringMatching(/^redis:\/\/:[0-9a-f]{64}@cache:6380$/),
    ]);
  });

  it('keeps what a person wrote into a URL, but for the password', () => {
    const pooled = 'postgresql://galley_app:old@pooler:6432/pages?application_name=a@b';
    rmSync(join(folder, 'staging/galley/DATABASE_URL'));
    writeFileSync(join(folder, 'staging/galley/DATABASE_URL'), pooled);
    rmSync(join(folder, 'staging/galley/REDIS_URL'));
    writeFileSync(join(folder, 'staging/galley/REDIS_URL'), 'redis://cache:6379/1?name=a@b');
    make('staging', '--output', join(folder, 'staging'));
    expect(read('staging/galley/REDIS_URL')).toBe('redis://cache:6379/1?name=a@b');
    expect(read('staging/galley/DATABASE_URL')).toBe(
      pooled.replace('old', read('staging/servers/GALLEY_APP_PASSWORD')),
    );
    expect(read('staging/galley/DATABASE_MIGRATION_URL')).toContain('@db.internal/pages');
  });

  it.each([
    [['../etc'], /small letters/],
    [['production', '--database', 'nowhere'], /HOST\[:PORT\]\/NAME/],
    [['production', '--hots', 'x'], /unknown option --hots/],
    [[], /usage/],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = spawnSync('scripts/make-secrets', args, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('names the secrets as galley secrets:generate does', () => {
    const generated = Object.keys(
      JSON.parse(
        execFileSync(process.execPath, ['dist/cli.js', 'secrets:generate', '--json'], { encoding: 'utf8' }),
      ) as object,
    );
    expect(generated).toEqual(['JWT_SECRET', 'JWT_REFRESH_SECRET', 'ENCRYPTION_KEY', 'METRICS_TOKEN']);
    expect(filesOf('production/galley')).toEqual(expect.arrayContaining(generated));
  });
});
