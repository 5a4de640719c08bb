import assert from 'node:assert/strict';
import { it } from 'node:test';
import { testClients } from './run.ts';

it('refuses a client that it does not know, and names those that it knows', async (t) => {
  const said = t.mock.method(console, 'error', () => undefined);
  assert.equal(await testClients(['cobol']), 2);
  assert.match(String(said.mock.calls[0]?.arguments[0]), /^There is no client cobol; there are openapi-ty/);
});
