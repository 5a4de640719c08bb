/** The arguments of Node that run Jest. package.json repeats them in the script `jest`. */
export const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  '--import=./test/support/end-at-once.ts',
  'node_modules/jest/bin/jest.js',
];
