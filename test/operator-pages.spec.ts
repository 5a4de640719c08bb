import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';

const PAGES = [
  ...readdirSync('docs')
    .filter((name) => name.startsWith('deploy'))
    .map((name) => join('docs', name)),
  ...readdirSync('docs/runbooks').map((name) => join('docs/runbooks', name)),
  'charts/galley/README.md',
  'deploy/examples/README.md',
  'README.md',
];

interface Block {
  code: string;
  /** The text between the previous block and this one. */
  before: string;
}

function blocksOf(page: string): Block[] {
  const parts = readFileSync(page, 'utf8').split(/^```/m);
  return parts.flatMap((part, n) =>
    part.startsWith('sh\n') ? [{ code: part.slice(3), before: parts[n - 1] ?? '' }] : [],
  );
}

/** Programs that show their arguments to every user of the machine, and how a password gets into them. */
const SECRET_ARGUMENTS = [
  /--from-literal=\w*(PASSWORD|SECRET|TOKEN|URL|password|token)/,
  /--docker-password/,
  /\benv \w*(PGOPTIONS|PASSWORD|TOKEN|SECRET)\w*=/,
  /-p "\{.*(SECRET|TOKEN|PASSWORD|URL)/,
  /psql [^|\n]*-\w*c [^|\n]*PASSWORD/,
  /^\s+"\w+=postgres/m,
  /^export \w*PG=postgres:\/\/\w+:/m,
];

const functionsIn = (code: string) => [...code.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = '']) => name);

/** `helm rollback` without a number returns to a revision that can have failed. */
const ROLLBACK_TO_ANY = /helm (?:-n \S+ )?rollback \w+(?: -|`|$)/m;

describe.each(PAGES)('%s', (page) => {
  const blocks = blocksOf(page);

  it('contains blocks that a shell can read', () => {
    for (const { code } of blocks) {
      const { stderr } = spawnSync('sh', ['-n'], { input: code, encoding: 'utf8' });
      expect(stderr).toBe('');
    }
  });

  it('passes no password as an argument', () => {
    for (const { code } of blocks) for (const pattern of SECRET_ARGUMENTS) expect(code).not.toMatch(pattern);
  });

  it('uses no function of another shell, unless it says so', () => {
    blocks.forEach(({ code, before }, n) => {
      const others = blocks.filter((_, other) => other !== n).flatMap((block) => functionsIn(block.code));
      const used = others.filter(
        (name) => !functionsIn(code).includes(name) && new RegExp(`^\\s*(sudo )?${name} `, 'm').test(code),
      );
      if (used.length > 0) expect(before).toContain('in the same shell');
    });
  });

  it('names the revision of each rollback of Helm', () => {
    expect(readFileSync(page, 'utf8')).not.toMatch(ROLLBACK_TO_ANY);
  });

  it('copies the unit files of the release to which it changes', () => {
    for (const { code } of blocks.filter((block) => /ln -sfn \S+ \/opt\/galley\/current/.test(block.code)))
      expect(code).toMatch(/cp \/opt\/galley\/releases\/\$VERSION\/deploy\/systemd\/\*\.service/);
  });
});

describe('docs/deploy-with-compose.md', () => {
  const compose = readFileSync('docker-compose.prod.yml', 'utf8');
  const code = blocksOf('docs/deploy-with-compose.md')
    .map((block) => block.code)
    .join('\n');

  it('writes what compose requires to .env, because a later shell does not have it', () => {
    const required = new Set([...compose.matchAll(/[^$]\$\{(\w+):\?/g)].map(([, name = '']) => name));
    expect([...required]).toEqual(['GALLEY_IMAGE']);
    for (const name of required) {
      expect(code).toMatch(new RegExp(`^echo ${name}=.* > \\.env$`, 'm'));
      expect(code).not.toContain(`export ${name}`);
    }
  });

  it('starts no second container of a service with a fixed address, which Docker refuses', () => {
    const { services } = load(compose) as { services: Record<string, { networks?: object }> };
    const fixed = Object.entries(services).flatMap(([name, { networks }]) =>
      JSON.stringify(networks ?? {}).includes('ipv4_address') ? [name] : [],
    );
    expect(fixed).toEqual(['app-1', 'app-2']);
    for (const [, service = ''] of code.matchAll(/ run (?:--\S+ )*([\w-]+)/g))
      expect(fixed).not.toContain(service);
  });

  it('replaces the processes when a secret changes, because a container keeps its files', () => {
    // A new image replaces them in any case.
    const blocks = code
      .split('\n\n')
      .filter(
        (block) => block.includes('scripts/make-secrets production\n') && !block.includes('GALLEY_IMAGE='),
      );
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks)
      expect(block).toMatch(/--force-recreate worker [^]*--force-recreate app-1 [^]*--force-recreate app-2/);
  });

  it('runs the jobs in a worker alone, and replaces it first wherever it replaces a process', () => {
    type Environment = Record<string, string> & { '<<'?: Environment };
    interface Service {
      environment?: Environment;
      stop_grace_period?: string;
      '<<'?: Service;
    }
    const { services } = load(compose) as { services: Record<string, Service> };
    const environmentOf = ({ environment, '<<': base }: Service = {}): Environment => {
      const given = environment ?? (base ? environmentOf(base) : {});
      return { ...given['<<'], ...given };
    };
    const roles = ['app-1', 'app-2', 'worker'].map((name) => environmentOf(services[name]).PROCESS_ROLE);
    expect(roles).toEqual(['api', 'api', 'worker']);
    const { environment, stop_grace_period: grace } = services.worker ?? {};
    expect(Number.parseInt(grace ?? '') * 1000).toBeGreaterThan(Number(environment?.SHUTDOWN_TIMEOUT_MS));
    const replaced = [...code.matchAll(/--no-deps (?:--force-recreate )?([\w-]+)(?: &&|$)/gm)].map(
      ([, name]) => name,
    );
    expect(replaced).toEqual([
      'worker',
      'app-1',
      'app-2',
      'worker',
      'app-1',
      'app-2',
      'worker',
      'app-1',
      'app-2',
    ]);
  });
});

it('the notes of the chart name the revision of a rollback', () => {
  const notes = readFileSync('charts/galley/templates/NOTES.txt', 'utf8').replaceAll(
    '{{ .Release.Name }}',
    'galley',
  );
  expect(notes).toMatch(/helm rollback galley REVISION/);
  expect(notes).not.toMatch(ROLLBACK_TO_ANY);
});

it('the rules find what they forbid', () => {
  for (const code of [
    'kubectl create secret generic galley --from-literal=DATABASE_URL="$url"',
    'sudo -u postgres env PGOPTIONS="-c galley.app_password=$app" psql',
    `kubectl patch secret galley -p "{\\"stringData\\":{\\"METRICS_TOKEN\\":\\"$(openssl rand)\\"}}"`,
    `psql "$PG" -qc "CREATE ROLE x PASSWORD '$password'"`,
    'sudo sh -c "…" - \\\n  "DATABASE_MIGRATION_URL=postgres://galley_migrator:$owner@127.0.0.1/galley"',
    'export PG=postgres://ADMIN:PASSWORD@pg.example.com:5432/postgres',
  ])
    expect(SECRET_ARGUMENTS.some((pattern) => pattern.test(code))).toBe(true);
  for (const text of ['helm rollback galley -n $NS --wait', 'run `helm rollback galley`'])
    expect(text).toMatch(ROLLBACK_TO_ANY);
  expect('helm rollback galley $REVISION -n $NS --wait').not.toMatch(ROLLBACK_TO_ANY);
});

it('docs/audit.md names the actions of each route', () => {
  const page = readFileSync('docs/audit.md', 'utf8');
  const lines = readFileSync('openapi.json', 'utf8').match(/Audit log: [^"\\]+/g) ?? [];
  const actions = lines.flatMap((line) => line.match(/`\w+\.\w+`/g) ?? []);
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => !page.includes(action))).toEqual([]);
});

it('the unit of a worker differs from that of a server only in its role', () => {
  const settingsOf = (unit: string) =>
    readFileSync(`deploy/systemd/${unit}@.service`, 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]\w*=/.test(line) && !line.startsWith('Description='));
  const [server, worker] = [settingsOf('galley'), settingsOf('galley-worker')];
  const [role] = worker.filter((line) => !server.includes(line));
  expect(role).toMatch(/^ExecStart=\/usr\/bin\/env PROCESS_ROLE=worker /);
  expect(worker.map((line) => line.replace('/usr/bin/env PROCESS_ROLE=worker ', ''))).toEqual(server);
});
