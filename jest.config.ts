/** Small tests beside the code, stories in test/: one runner, real PostgreSQL for both. */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test'],
  // Not by testPathIgnorePatterns: who gives these on the command line replaces them. The chart has a runner of its own.
  testRegex: ['^(?!.*/test/(chart|heavy)/).*\\.spec\\.ts$'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: ['<rootDir>/test/support/setup.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 240_000, // a safety net for busy machines; what has to be quick is shown by conditions
  maxWorkers: 2,
  // Node keeps the modules of each file until its process ends: 100 stories need 4 GB.
  workerIdleMemoryLimit: '1GB',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts'],
  coverageReporters: ['text-summary', 'cobertura', 'html'],
};
