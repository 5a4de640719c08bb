/** A command of a page is copied as it stands. curl reads brackets in a URL as a pattern and fails, silently with -s. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const PAGES = ['README.md', 'docs/**/*.md', 'deploy/**/*.md', 'charts/**/*.md', 'clients/*/README.md'];

/** Returns the curl commands of a text, each with its continued lines. */
const commandsOf = (text: string): string[] =>
  [...text.replaceAll('\\\n', ' ').matchAll(/\bcurl [^\n`|]*/g)].map(([command]) => command);

const isGlobbed = (command: string): boolean =>
  /["'][^"' ]*\w\[[^"']*["']/.test(command) && !/ -[a-zA-Z]*g| --globoff/.test(command);

describe('A command of curl', () => {
  it('is found if curl reads its brackets as a pattern', () => {
    assert.deepEqual(commandsOf('curl -s \\\n  "$api/posts?filter[tag]=a"\n').map(isGlobbed), [true]);
    assert.deepEqual(commandsOf('curl -gs "$api/posts?filter[tag]=a"').map(isGlobbed), [false]);
    assert.deepEqual(commandsOf(`curl -s $api/posts -d '{"tags":["a"]}'`).map(isGlobbed), [false]);
  });

  it('switches that off in every page', () => {
    const faults = PAGES.flatMap((pattern) => globSync(pattern))
      .filter((page) => !page.includes('node_modules'))
      .flatMap((page) =>
        commandsOf(readFileSync(page, 'utf8'))
          .filter(isGlobbed)
          .map((command) => `${page}: ${command}`),
      );
    assert.deepEqual(faults, []);
  });
});
