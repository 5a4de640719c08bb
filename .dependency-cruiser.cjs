/**
 * Who may import whom. The table stands in docs/architecture.md; here it is law.
 * From another feature only its module, service or events file may be taken.
 */
const features = [
  'auth',
  'users',
  'tags',
  'posts',
  'comments',
  'import',
  'export',
  'health',
  'metrics',
  'docs',
];
const allowed = {
  platform: [],
  users: [],
  tags: [],
  auth: ['users'],
  posts: ['tags', 'users'],
  comments: ['posts', 'users'],
  import: ['posts', 'users', 'tags', 'comments'],
  export: ['posts', 'users', 'tags', 'comments'],
  health: [],
  metrics: [],
  docs: [],
};

module.exports = {
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
        pathNot: [`^src/${feature}/`, '^src/cli/', '^src/app\\.module\\.ts$', '\\.spec\\.ts$'],
      },
      to: {
        path: `^src/${feature}/`,
        pathNot: [`^src/${feature}/[a-z-]+\\.(module|service|events)\\.ts$`],
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
