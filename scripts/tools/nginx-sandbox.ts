import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Ports {
  http?: number;
  https?: number;
  apps?: [number, number];
}

/**
 * Adapts deploy/nginx for a machine without its containers: only names, ports and folders change.
 * @param certificates folder with tls.crt and tls.key
 * @returns the path of nginx.conf
 */
export function nginxSandbox(
  folder: string,
  certificates: string,
  { http = 8080, https = 8443, apps = [3001, 3002] }: Ports = {},
): string {
  const target = join(folder, 'nginx');
  mkdirSync(join(target, 'tmp'), { recursive: true });
  chmodSync(folder, 0o711); // If root starts nginx, its workers run as another user and store uploads below.
  copyFileSync('deploy/nginx/headers.conf', join(target, 'headers.conf'));
  const text = readFileSync('deploy/nginx/nginx.conf', 'utf8')
    .replaceAll('/tmp/', `${join(target, 'tmp')}/`)
    .replaceAll('/run/secrets/', `${certificates}/`)
    .replaceAll('/dev/stdout', join(target, 'tmp/access.log'))
    .replaceAll('/dev/stderr', join(target, 'tmp/error.log'))
    .replace('app-1:3000', `127.0.0.1:${apps[0]}`)
    .replace('app-2:3000', `127.0.0.1:${apps[1]}`)
    .replace('listen 8080', `listen 127.0.0.1:${http}`)
    .replace('listen 8443', `listen 127.0.0.1:${https}`);
  const path = join(target, 'nginx.conf');
  writeFileSync(path, text);
  return path;
}
