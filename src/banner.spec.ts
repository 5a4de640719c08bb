import { describe, expect, it } from '@jest/globals';
import { banner } from './banner.js';
import type { AppConfig } from './settings.js';

describe('the banner of a start', () => {
  it.each(['http://127.0.0.1:3000', 'http://[::1]:3000', 'http://0.0.0.0:3000'])(
    'begins with the page for people, at an address that a browser opens: %s',
    (url) => {
      const config = { APP_VERSION: '1.2.3', DOCS_ENABLED: true } as AppConfig;
      const lines = banner(url, config, undefined)
        .split('\n')
        .map((line) => line.trim());
      expect(lines.slice(1, 5)).toEqual([
        'Galley  1.2.3, ready',
        'Home    http://localhost:3000/',
        'API     http://localhost:3000/api/v1',
        'Docs    http://localhost:3000/docs',
      ]);
    },
  );
});
