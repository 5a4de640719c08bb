/**
 * Serves the example on http://localhost:4000: `node server.js [--port 4000] [--api http://localhost:3000]`. It needs
 * the built client (npm run build:client).
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
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

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4000' },
    api: { type: 'string', default: 'http://localhost:3000' },
  },
});

const policy = policyFor(values.api);
const read = (file) => readFileSync(join(import.meta.dirname, file));

function contentOf(file) {
  if (file === 'config.js') return `export const api = ${JSON.stringify(values.api)};`;
  if (file === 'galley.js') return read(CLIENT);
  return FILES.includes(file) ? read(file) : undefined;
}

const server = createServer((request, response) => {
  const file = request.url.split('?', 1)[0].slice(1) || 'index.html';
  const content = contentOf(file);
  if (content === undefined) return response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': `${TYPES[extname(file)]}; charset=utf-8`,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  });
  return response.end(content);
});

server.listen(Number(values.port), '127.0.0.1', () =>
  console.log(`The example is at http://localhost:${values.port} and uses ${values.api}`),
);
