import base from '../../jest.config.ts';

/** The tests of the chart require no database. */
const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = base;
export default {
  ...rest,
  rootDir: '../..',
  roots: ['<rootDir>/test/chart'],
  testRegex: ['\\.spec\\.ts$'],
};
