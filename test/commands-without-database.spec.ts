import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { command } from './support/command.js';

const POST = join(tmpdir(), `a-post-${process.pid}.ndjson`);

describe('a command that cannot connect to the database', () => {
  it.each([
    ['migrate:check'],
    ['user:create', '--email', 'ada@example.com', '--role', 'admin'],
    ['import', POST],
    ['export'],
    ['seed', '--posts', '1'],
    ['key:rotate'],
    ['audit:erase', '--user', '019a2f6e-2222-7b1e-9c55-0f2d6f1c8a41'],
  ])('states why, and which setting to check: %s', async (...args) => {
    writeFileSync(POST, '{}\n');
    const { code, errors } = await command(args, 'postgresql://nobody@127.0.0.1:1/none', {
      input: 'correct horse battery staple\n',
    });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'The database cannot be used: connect ECONNREFUSED 127.0.0.1:1. Check DATABASE_URL.\n',
    });
  });
});
