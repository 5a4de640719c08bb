import { readFileSync } from 'node:fs';

/**
 * Checks the two tables of docs/architecture.md, which define what each module can import. From another feature, a
 * module can import only the module, service, events, access and format files.
 */
const page = readFileSync(new URL('docs/architecture.md', import.meta.url), 'utf8');

/** Returns the cells of the table under a heading. */
const table = (heading) =>
  page
    .split(`\n## ${heading}\n`)[1]
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));

const names = (cell) => cell.split(', ').filter(Boolean);

const allowed = Object.fromEntries(
  table('Modules and what they import')
    .filter(([, , , imports]) => imports !== 'anything')
    .flatMap(([, modules, , imports]) => names(modules).map((module) => [module, names(imports)])),
);
const features = Object.keys(allowed);

/** The rooms in their order, lowest first. */
const rooms = table('Rooms of the platform').flatMap(([, , cell]) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, room]) => room),
);

/** Returns the pattern of the files of a room. If a room contains other rooms, their files are not included. */
const filesOf = (room) =>
  rooms.some((other) => other.startsWith(`${room}/`))
    ? `^src/platform/${room}/[^/]+$`
    : `^src/platform/${room}/`;

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^src/.*/index\\.ts$' } },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { path: '^src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^test' },
    },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|migrations)', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'readers-do-not-write',
      comment: 'A reader of a file yields items. It runs on another thread and cannot reach the database.',
      severity: 'error',
      from: { path: '^src/import/(wordpress|ghost|galley|reading)/|^src/import/import\\.reader\\.ts$' },
      to: { path: '\\.(writer|repository|service|entity)\\.ts$' },
    },
    {
      name: 'platform-imports',
      comment:
        'The platform does not depend on the product. A feature contributes its own parts to the platform.',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/', pathNot: '^src/platform/' },
    },
    {
      name: 'room-without-a-floor',
      comment: 'Add a new room of the platform to the table in docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: rooms.map(filesOf) },
      to: {},
    },
    ...rooms.map((room, floor) => ({
      name: `platform/${room}-imports`,
      severity: 'error',
      from: { path: filesOf(room) },
      to: { path: '^src/platform/', pathNot: rooms.slice(0, floor + 1).map(filesOf) },
    })),
    ...Object.entries(allowed).map(([feature, targets]) => ({
      name: `${feature}-imports`,
      severity: 'error',
      from: { path: `^src/${feature}/`, pathNot: '\\.spec\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [`^src/${feature}/`, '^src/platform/', ...targets.map((target) => `^src/${target}/`)],
      },
    })),
    ...features.map((feature) => ({
      name: `${feature}-stays-home`,
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [`^src/${feature}/`, '^src/cli/', '^src/(app\\.module|settings)\\.ts$', '\\.spec\\.ts$'],
      },
      to: {
        path: `^src/${feature}/`,
        pathNot: [`^src/${feature}/[a-z-]+\\.(module|service|events|access|format)\\.ts$`],
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
