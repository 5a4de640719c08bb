/**
 * Runs the two commands of the README on a bare machine: `npm run test:bare`. It has a fresh Debian with
 * ca-certificates and git, the oldest Node that package.json permits with its npm, and an ordinary user, who runs
 * them in a clone of HEAD.
 * It requires apt-get, dpkg-deb and unshare, and either root or user namespaces with a range of ids.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findTool } from '../../scripts/tools/debian-tools.ts';
import { isMain } from '../../scripts/tools/main.ts';

const HELP = `npm run test:bare [-- OPTIONS]

  --hogs N         beside it, N processes that each take a whole CPU
  --only COMMAND   start (the README's first command) or test (its second)

The fresh Debian is made once and kept below node_modules/.cache/bare.`;

/** Without root, a user namespace with a range of ids from /etc/subuid (Debian: uidmap) provides root. */
const ROOT = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user', '--map-auto'];
/** Mounts and processes end with the namespace, whatever happens. */
const OWN = ['--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'];

interface Given {
  hogs: string;
  only: string;
}

/** @returns the exit code */
export async function testBare(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      hogs: { type: 'string', default: '0' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean' },
    },
  });
  if (!values.help) return run(values);
  console.log(HELP);
  return 0;
}

async function run({ hogs, only }: Given): Promise<number> {
  const wrong = whyNot({ hogs, only });
  if (wrong) {
    console.error(wrong);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'galley-bare-'));
  // The user must be able to enter the folder.
  // Process 1 is a shell, because a shell reaps orphaned processes and Node does not.
  chmodSync(folder, 0o711);
  const first = ['sh', '-c', '"$@"; exit $?', 'sh'];
  const machine = [process.execPath, 'test/bare/machine.ts', folder, hogs, only];
  const child = spawn('unshare', [...ROOT, ...OWN, ...first, ...machine], {
    stdio: 'inherit',
    env: { ...process.env, GALLEY_DEBOOTSTRAP: findTool('debootstrap') },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => child.kill('SIGKILL'));
  const [status] = (await once(child, 'exit')) as [number | null];
  spawnSync('unshare', [...(ROOT.length > 0 ? ROOT : ['--mount']), 'rm', '-rf', folder], {
    stdio: 'inherit',
  });
  return status ?? 1;
}

/** Why it cannot run with these options on this system; undefined if it can. */
export function whyNot({ hogs, only }: Given): string | undefined {
  if (!/^\d+$/.test(hogs) || !['', 'start', 'test'].includes(only)) return HELP;
  const { status, error } = spawnSync('unshare', [...ROOT, ...OWN, 'true'], { stdio: 'ignore' });
  if (status === 0) return undefined;
  const reason = error ? 'there is no unshare here' : 'this system does not let you make namespaces';
  return `npm run test:bare makes a machine in namespaces of its own, and ${reason}. Run it as root on Linux, or install uidmap and give your account a range of ids in /etc/subuid and /etc/subgid.`;
}

if (isMain(import.meta)) process.exitCode = await testBare(process.argv.slice(2));
