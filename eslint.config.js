import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What Node runs as it stands: of TypeScript it strips types, and does nothing else with it. */
const STRIPPED = [
  '{bench,scripts}/**/*.ts',
  'test/{bare,clients,cluster,heavy,image}/**/*.ts',
  'test/support/{beside-previous,database,end-with-parent,global-setup,global-teardown,import-bombs,junit-reporter}.ts',
  'test/support/{closing,faulty-proxy,loopback,mail-server,median,ready,redis,serve-database,tcp-proxy,test-server,until,wordpress-export}.ts',
  '**/jest.config.ts',
];

/** What leaves more behind than types. */
const NOT_ERASABLE = {
  selector:
    'TSEnumDeclaration, TSParameterProperty, TSModuleDeclaration[declare!=true], TSImportEqualsDeclaration, TSExportAssignment, Decorator',
  message: 'Node runs this file as it stands, and strips no more than types.',
};

/** A file that exists only after a build. */
const EMITTED_IMPORT = {
  selector: 'ImportDeclaration[importKind!="type"][source.value=/^[.].*[.]js$/]',
  message: 'Node runs this file as it stands: the import must name the real file, with .ts.',
};

/** The report of an import groups notes by what is not quoted in them. */
const UNQUOTED_NOTE = {
  selector: [
    'CallExpression[callee.object.name="notes"][callee.property.name=/^(add|push)$/]',
    'CallExpression[callee.object.property.name="notes"][callee.property.name=/^(add|push)$/]',
    'Property[key.name="reason"]',
    'Property[key.name="notes"] > ArrayExpression',
  ]
    .map((place) => `${place} > TemplateLiteral[expressions.length>0]`)
    .join(', '),
  message: 'A note quotes the texts of a file: write note`…`.',
};

/** A function of one expression is an arrow function; one with a body is a declaration. */
const BLOCK_ARROW = ['Program', 'ExportNamedDeclaration'].map((parent) => ({
  selector: `${parent} > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression > BlockStatement`,
  message: 'A function with a body is declared with `function`.',
}));

/** A module with top-level await cannot be required, and Jest reads its graph again for each module above it. */
const TOP_LEVEL_AWAIT = {
  selector: [
    'Program > ExpressionStatement > AwaitExpression',
    'Program > VariableDeclaration > VariableDeclarator > AwaitExpression',
    'Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > AwaitExpression',
  ].join(', '),
  message: 'Only the file that starts a program waits at the top level: export an async function.',
};

/** What the code of the product avoids. */
const AVOIDED = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Only platform/config reads the environment: inject Config.',
  },
  {
    selector: "CallExpression[callee.name='setInterval']",
    message: 'Work that repeats is a job of Periodic.',
  },
  UNQUOTED_NOTE,
  ...BLOCK_ARROW,
];

export default tseslint.config(
  {
    ignores: [
      ...['dist', 'coverage', 'node_modules', 'reports', 'test/clients/programs'],
      ...['clients/typescript/dist', 'clients/typescript/src/openapi.ts'],
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [
            '*.js',
            '*.cjs',
            'scripts/*.js',
            'test/cluster/fixture/app/*.js',
            'test/performance/*.js',
          ],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...AVOIDED],
      // In files with decorators the rule reports nothing, because constructor types are Nest's injection tokens.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      'no-duplicate-imports': 'error',
      '@typescript-eslint/array-type': 'error',
      '@typescript-eslint/consistent-generic-constructors': 'error',
      '@typescript-eslint/consistent-indexed-object-style': 'error',
      '@typescript-eslint/consistent-type-definitions': 'error',
      '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'no-public' }],
      '@typescript-eslint/no-inferrable-types': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      'no-else-return': 'error',
      'no-undef-init': 'error',
      'object-shorthand': 'error',
      'prefer-arrow-callback': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'it'], package: 'node:test' }] },
      ],
    },
  },
  {
    files: [
      'src/cli/**',
      'src/server.ts',
      'src/platform/config/**',
      'test/**',
      'scripts/**',
      'bench/**',
      '*.{js,ts}',
    ],
    rules: { 'no-console': 'off', 'no-restricted-syntax': ['error', ...BLOCK_ARROW] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/{main,cli,healthcheck,server}.ts', 'src/cli/**', 'src/platform/config/**'],
    rules: { 'no-restricted-syntax': ['error', ...AVOIDED, TOP_LEVEL_AWAIT] },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'src/healthcheck.ts'], // what runs on import has variables
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'variable',
          modifiers: ['const', 'global'],
          types: ['number', 'string', 'boolean'],
          format: ['UPPER_CASE'],
        },
      ],
    },
  },
  {
    files: STRIPPED,
    rules: { 'no-restricted-syntax': ['error', NOT_ERASABLE, EMITTED_IMPORT] },
  },
  {
    files: ['scripts/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', NOT_ERASABLE, EMITTED_IMPORT, ...BLOCK_ARROW] },
  },
  {
    files: ['test/**', '**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off', // bodies of answers: openapi.json has checked them
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['examples/blog/**/*.js'],
    languageOptions: {
      globals: { document: 'readonly', location: 'readonly', window: 'readonly', FormData: 'readonly' },
    },
  },
  {
    files: ['examples/*/server.js'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        globalThis: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        structuredClone: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['src/docs/page/*.js'],
    rules: { 'no-undef': 'off' }, // tsc knows the names of browsers
  },
);
