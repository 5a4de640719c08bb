import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nginxSandbox } from '../../scripts/tools/nginx-sandbox.ts';
import { until } from './until.js';
import { freePort, listens } from './loopback.js';

/** A real nginx with deploy/nginx/nginx.conf in front of a server of the test. The other server is down. */
export class TestNginx {
  private constructor(
    readonly http: number,
    readonly https: number,
    private readonly child: ChildProcess,
    private readonly app: Server,
    private readonly folder: string,
  ) {}

  static async start(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<TestNginx> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-nginx-'));
    execFileSync('scripts/make-secrets', ['check', '--output', join(folder, 'secrets')]);
    const app = createServer(answer).listen(0, '127.0.0.1');
    await once(app, 'listening');
    const [http, https, dead] = [await freePort(), await freePort(), await freePort()];
    const apps: [number, number] = [dead, (app.address() as AddressInfo).port];
    const conf = nginxSandbox(folder, join(folder, 'secrets/servers'), { http, https, apps });
    const child = spawn(process.env.GALLEY_NGINX ?? 'nginx', ['-c', conf, '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    const nginx = new TestNginx(http, https, child, app, folder);
    await until(() => listens(https));
    return nginx;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
    this.app.closeAllConnections();
    this.app.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
