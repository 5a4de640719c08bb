/**
 * Checks the files of containers with the appropriate programs: the Dockerfiles with hadolint, the compose files
 * with compose, nginx.conf with nginx, and the scripts with shellcheck. All images must be in images.env.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from '../tools/debian-tools.ts';
import { nginxSandbox } from '../tools/nginx-sandbox.ts';
import { findPythonTool } from '../tools/python-tools.ts';
import { isMain } from '../tools/main.ts';

class Containers {
  failed = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'galley-containers-'));
  private readonly secrets = join(this.folder, 'secrets');
  private readonly environment = join(this.folder, '.env');

  check(): void {
    try {
      this.run('scripts/make-secrets', ['development', '--output', this.environment]);
      this.run('scripts/make-secrets', ['check', '--output', this.secrets]);
      this.run(findPythonTool('hadolint'), list('Dockerfile', '*/Dockerfile'));
      this.run(findTool('shellcheck'), [
        ...['scripts/build-image', 'scripts/make-secrets', 'scripts/render', 'scripts/notify'],
        ...['deploy/redis/start', 'deploy/postgres/start', 'test/compose/docker-entrypoint.sh'],
      ]);
      this.compose('docker-compose.yml');
      this.compose('docker-compose.prod.yml', { GALLEY_IMAGE: 'galley@sha256:'.padEnd(78, '0') });
      const conf = nginxSandbox(this.folder, join(this.secrets, 'servers'));
      this.run(findTool('nginx'), ['-t', '-q', '-c', conf]);
      this.run('scripts/pin-images', ['--check']);
    } finally {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  private compose(file: string, env: NodeJS.ProcessEnv = {}): void {
    const args = ['--file', file, '--env-file', this.environment, 'config', '--quiet'];
    this.run(findTool('docker-compose'), args, env);
  }

  private run(program: string, args: string[], env: NodeJS.ProcessEnv = {}): void {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    const said = error ? '' : `${stdout}${stderr}`.trim();
    if (said) console.log(said);
    if (status === 0) return;
    this.failed++;
    console.error(`FAIL ${program} ${args.join(' ')}${error ? `: ${error.message}` : ''}`);
  }
}

function list(...patterns: string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns];
  return spawnSync('git', args, { encoding: 'utf8' }).stdout.trim().split('\n');
}

if (isMain(import.meta)) {
  const containers = new Containers();
  containers.check();
  process.exitCode = containers.failed === 0 ? 0 : 1;
}
