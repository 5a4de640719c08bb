/**
 * Holds a built image to what it promises: who it runs as, what is inside and what is not, and that it starts, serves
 * and ends shut in as in production (read-only root, no capability, 256 MiB), on a real PostgreSQL. See --help.
 */
import { mkdtempSync, chmodSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lockfile, sbom } from '../../scripts/release/sbom.ts';
import { aloneFaults, serverFaults } from './behaviour.ts';
import { ContainerRuntime } from './container-runtime.ts';
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
  --database-url URL     an empty PostgreSQL that containers can reach; without it (and with a runtime on this very
                         machine) the embedded one is started and its socket mounted. Needs dist/ then.
  --network NAME         the network in which containers reach it; host if absent
  --static               only what can be seen without running it
  --list                 print every package and the files outside of packages, too`;

const { values: options, positionals } = parseArgs({
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
if (options.help || positionals.length !== 1) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}

const [name = ''] = positionals;
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
if (options.list) {
  console.log([...packagesOf(files)].sort().join(' '));
  for (const { mode, uid, path } of files)
    if (path.startsWith('app/') && !path.startsWith('app/node_modules/'))
      console.log(`${mode} ${uid} /${path}`);
}

const faults = [
  ...configurationFaults(image),
  ...fileFaults(files, lockfile),
  ...sbomFaults(files, lockfile, sbom(image.Architecture === 'arm64' ? 'arm64' : 'x64')),
  ...sizeFaults(bytes),
];
if (!options.static)
  faults.push(...aloneFaults(runtime), ...(await withDatabase((use) => serverFaults(runtime, use))));
for (const fault of faults) console.error(`FAIL the image ${fault}`);
if (faults.length === 0) console.log('ok');
process.exitCode = faults.length === 0 ? 0 : 1;

/** Calls `work` with the options of a container that reaches an empty database. */
async function withDatabase(work: (database: string[]) => Promise<string[]>): Promise<string[]> {
  const url = options['database-url'] ?? process.env.DATABASE_URL;
  if (url) return work(['--network', options.network, '--env', `DATABASE_URL=${url}`]);
  const { EmbeddedPostgres } = await import('#dist/platform/database/embedded/embedded-postgres.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'galley-image-'));
  chmodSync(dataDir, 0o711); // as root, the server's own account has to get in
  const server = await EmbeddedPostgres.open({
    dataDir,
    settings: { fsync: 'off', unix_socket_permissions: '0777' },
  });
  const { host } = server.connection;
  chmodSync(host, 0o711); // the container's user is nobody that this machine knows
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
