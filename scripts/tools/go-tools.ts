/**
 * Finds what the tests of the chart require and Debian does not have: a program, on the machine or compiled from
 * its Go module into a folder of the project, and the files of a module. `node scripts/tools/go-tools.ts helm`
 * prints its path.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMain } from './main.ts';

const PROGRAMS: Record<string, string> = {
  helm: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
};
const CACHE = resolve('node_modules/.cache/go');

/** @returns the path of a program that works */
export function findGoTool(name: string): string {
  const program = PROGRAMS[name];
  if (!program) throw new Error(`No such tool: ${name}; there are ${Object.keys(PROGRAMS).join(', ')}`);
  const found = [...(process.env.PATH ?? '').split(':'), CACHE]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (found) return found;
  console.error(`${name} is not installed: compiling ${program} into ${CACHE} (about a minute)`);
  go(`${name} is not installed`, ['install', '-trimpath', '-ldflags=-s -w', program], {
    GOBIN: CACHE,
  });
  return join(CACHE, name);
}

/** @returns the folder with the files of a module, for example `k8s.io/kubernetes@v1.36.3` */
export function goModule(module: string): string {
  const output = go(`${module} is not there`, ['mod', 'download', '-json', module], {});
  return (JSON.parse(output) as { Dir: string }).Dir;
}

function go(why: string, args: string[], env: Record<string, string>): string {
  try {
    return execFileSync('go', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0', ...env },
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no Go to make it with' : `go ${args.join(' ')} failed`;
    throw new Error(`${why}, and ${reason}: install ${Object.keys(PROGRAMS).join(', ')} or Go 1.26`, {
      cause: error,
    });
  }
}

if (isMain(import.meta)) console.log(findGoTool(process.argv[2] ?? ''));
