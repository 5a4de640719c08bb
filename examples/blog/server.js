/**
 * Serves the example on http://localhost:4000: `node server.js [--port 4000] [--api http://localhost:3000]`. It needs
 * the built client (npm run build:client).
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const FILES = [
  ...['index.html', 'style.css', 'app.js', 'client.js', 'dom.js', 'form.js'],
  ...['list', 'post', 'comments', 'login', 'write'].map((view) => `views/${view}.js`),
];
const CLIENT = '../../clients/typescript/dist/galley.js';
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/** Scripts come from this site alone. Posts can show images and videos of other sites. */
const policyFor = (api) =>
  [
    `default-src 'none'; connect-src ${new URL(api).origin}; script-src 'self'; style-src 'self'`,
    `style-src-attr 'unsafe-inline'; img-src http: https: data:; media-src http: https:; frame-src https:`,
    `base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  ].join('; ');

/** @param {() => string} apiOf returns the address of Galley */
export function exampleServer(apiOf) {
  const read = (file) => readFileSync(join(import.meta.dirname, file));
  const answer = (request, response) => {
    const api = apiOf();
    const file = new URL(request.url, 'http://localhost').pathname.slice(1) || 'index.html';
    const content =
      file === 'config.js'
        ? `export const api = ${JSON.stringify(api)};`
        : file === 'galley.js'
          ? read(CLIENT)
          : FILES.includes(file) && read(file);
    if (content === false) return response.writeHead(404).end();
    return response
      .writeHead(200, {
        'content-type': `${TYPES[extname(file)]}; charset=utf-8`,
        'content-security-policy': policyFor(api),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      })
      .end(content);
  };
  return createServer(answer);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4000' },
      api: { type: 'string', default: 'http://localhost:3000' },
    },
  });
  exampleServer(() => values.api).listen(Number(values.port), 'localhost', () =>
    console.log(`The example is at http://localhost:${values.port} and uses ${values.api}`),
  );
}
