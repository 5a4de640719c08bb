import { expect, it } from '@jest/globals';
import type { Logger } from '../logging/logger.js';
import { StaleRenderings } from './stale-renderings.js';

it('renders no further body when the process stops', async () => {
  const renderings = new StaleRenderings({ warn: () => undefined } as unknown as Logger);
  const stop = new AbortController();
  const rendered: string[] = [];
  renderings.add({
    find: () => Promise.resolve(['first', 'second', 'third'].map((id) => ({ id }))),
    render: ({ id }) => {
      rendered.push(id);
      if (id === 'second') stop.abort();
      return Promise.resolve();
    },
  });
  await renderings.render(stop.signal);
  expect(rendered).toEqual(['first', 'second']);
});
