import base from '../../jest.config.ts';

/** The chart's tests need no database. */
const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = base;
export default {
  ...rest,
  rootDir: '../..',
  roots: ['<rootDir>/test/chart'],
  testRegex: ['\\.spec\\.ts$'],
};
