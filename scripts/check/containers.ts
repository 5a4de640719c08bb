/**
 * Holds what containers are made of and started by to their own programs: the Dockerfiles to hadolint, the compose files
 * to compose, nginx.conf to nginx, the scripts beside them to shellcheck, and all images to images.env.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from '../tools/debian-tools.ts';
import { nginxSandbox } from '../tools/nginx-sandbox.ts';
import { findPythonTool } from '../tools/python-tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'galley-containers-'));
const secrets = join(folder, 'secrets');
const environment = join(folder, '.env');
const compose = (file) => [
  findTool('docker-compose'),
  '--file',
  file,
  '--env-file',
  environment,
  'config',
  '--quiet',
];

let failed = 0;
try {
  run('scripts/make-secrets', ['development', '--output', environment]);
  run('scripts/make-secrets', ['check', '--output', secrets]);
  run(findPythonTool('hadolint'), list('Dockerfile', '*/Dockerfile'));
  run(findTool('shellcheck'), [
    ...['scripts/build-image', 'scripts/make-secrets', 'scripts/render', 'scripts/notify'],
    ...['deploy/redis/start', 'deploy/postgres/start', 'test/compose/docker-entrypoint.sh'],
  ]);
  const [program, ...development] = compose('docker-compose.yml');
  run(program, development);
  run(program, compose('docker-compose.prod.yml').slice(1), {
    GALLEY_IMAGE: 'galley@sha256:'.padEnd(78, '0'),
  });
  run(findTool('nginx'), ['-t', '-q', '-c', nginxSandbox(folder, join(secrets, 'servers'))]);
  run('scripts/pin-images', ['--check']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

function list(...patterns) {
  return spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    encoding: 'utf8',
  })
    .stdout.trim()
    .split('\n');
}

function run(program, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim();
  if (said) console.log(said);
  if (status === 0) return;
  failed++;
  console.error(`FAIL ${program} ${args.join(' ')}${error ? `: ${error.message}` : ''}`);
}
