/**
 * Checks a built image: its user, its content, and that it starts, serves and ends with the restrictions of
 * production (read-only root file system, no capabilities, 256 MiB) and a real PostgreSQL. See --help.
 */
import { mkdtempSync, chmodSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lockfile, sbom } from '../../scripts/release/sbom.ts';
import { isMain } from '../../scripts/tools/main.ts';
import { aloneFaults, serverFaults } from './behaviour.ts';
import { ContainerRuntime, type ImageFile } from './container-runtime.ts';
import {
  configurationFaults,
  fileFaults,
  megabytes,
  packagesOf,
  sbomFaults,
  sizeFaults,
} from './contents.ts';

const USAGE = `usage: node test/image/check.ts [options] IMAGE

  --runtime PROGRAM      docker (default) or podman
  --database-url URL     an empty PostgreSQL that containers can reach. Without it (and with a runtime on this
                         machine), the embedded one is started and its socket is mounted, which requires dist/
  --network NAME         the network in which containers can reach it (default: host)
  --static               checks only what requires no running container
  --list                 also prints every package and the files outside of packages`;

interface CheckOptions {
  runtime: string;
  network: string;
  databaseUrl: string | undefined;
  static?: boolean;
  list?: boolean;
}

/** @returns the exit code */
export async function checkImage(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      runtime: { type: 'string', default: 'docker' },
      'database-url': { type: 'string' },
      network: { type: 'string', default: 'host' },
      static: { type: 'boolean' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [name, ...more] = positionals;
  if (values.help || !name || more.length > 0) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const { 'database-url': given, ...options } = values;
  const faults = await faultsOf(name, { ...options, databaseUrl: given ?? process.env.DATABASE_URL });
  for (const fault of faults) console.error(`FAIL the image ${fault}`);
  if (faults.length === 0) console.log('ok');
  return faults.length === 0 ? 0 : 1;
}

async function faultsOf(name: string, options: CheckOptions): Promise<string[]> {
  const runtime = new ContainerRuntime(options.runtime, name);
  const lockfile = JSON.parse(
    readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
  ) as Lockfile;
  const image = runtime.inspect();
  const files = runtime.files();
  const bytes = await runtime.compressedSize();
  console.log(`${name} ${image.Id}`);
  console.log(
    `${image.Os}/${image.Architecture}, user ${image.Config.User}, ${image.RootFS.Layers.length} layers, ${megabytes(bytes)} compressed`,
  );
  console.log(`${files.length} files, ${packagesOf(files).size} packages`);
  if (options.list) list(files);
  const faults = [
    ...configurationFaults(image),
    ...fileFaults(files, lockfile),
    ...sbomFaults(files, lockfile, sbom(image.Architecture === 'arm64' ? 'arm64' : 'x64')),
    ...sizeFaults(bytes),
  ];
  if (options.static) return faults;
  return [
    ...faults,
    ...aloneFaults(runtime),
    ...(await withDatabase(options, (use) => serverFaults(runtime, use))),
  ];
}

function list(files: ImageFile[]): void {
  console.log([...packagesOf(files)].sort().join(' '));
  for (const { mode, uid, path } of files)
    if (path.startsWith('app/') && !path.startsWith('app/node_modules/'))
      console.log(`${mode} ${uid} /${path}`);
}

/** Calls `work` with the options of a container that can connect to an empty database. */
async function withDatabase(
  { databaseUrl, network }: CheckOptions,
  work: (database: string[]) => Promise<string[]>,
): Promise<string[]> {
  if (databaseUrl) return work(['--network', network, '--env', `DATABASE_URL=${databaseUrl}`]);
  const { EmbeddedPostgres } = await import('#dist/platform/database/embedded/embedded-postgres.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'galley-image-'));
  chmodSync(dataDir, 0o711); // If root runs this, the account of the server must be able to enter the folder.
  const server = await EmbeddedPostgres.open({
    dataDir,
    settings: { fsync: 'off', unix_socket_permissions: '0777' },
  });
  const { host } = server.connection;
  chmodSync(host, 0o711); // The user of the container does not exist on this machine.
  try {
    return await work([
      '--network',
      'none',
      '--volume',
      `${host}:${host}`,
      '--env',
      `DATABASE_URL=${server.url}`,
    ]);
  } finally {
    await server.release();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) process.exitCode = await checkImage(process.argv.slice(2));
