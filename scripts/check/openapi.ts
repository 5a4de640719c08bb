/**
 * Checks openapi.json: it must equal the output of the build, the examples of its schemas must be valid, its
 * patterns must have the same meaning in every language, and the strict rules of Redocly, Spectral and OWASP must
 * find nothing except what .spectral.yaml permits. The same applies to the OpenAPI 3.0 version, as far as the rules
 * concern the document itself. Requires dist/.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject } from '#dist/platform/http/contract/json-schema.js';
import { exampleFaults, type OpenApi } from './openapi-examples.ts';
import { isMain } from '../tools/main.ts';

const FILE = 'openapi.json';

export function checkOpenApi(): string[] {
  const committed = readFileSync(FILE, 'utf8');
  const document = JSON.parse(committed) as OpenApi;
  const folder = mkdtempSync(join(tmpdir(), 'galley-openapi-'));
  const file30 = join(folder, 'openapi-3.0.json');
  try {
    exported('--openapi', '3.0', '--output', file30);
    const isCurrent = exported() === committed;
    return [
      ...(isCurrent ? [] : [`${FILE} is not current. Run node dist/cli.js openapi:export --output ${FILE}`]),
      ...exampleFaults(document, FILE),
      ...patternFaults(document),
      ...lint('redocly', ['lint', FILE, file30, '--format', 'stylish']),
      ...lint('spectral', [
        ...['lint', FILE, '--ruleset', '.spectral.yaml'],
        ...['--fail-severity', 'hint', '--quiet'],
      ]),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function exported(...args: string[]): string {
  return execFileSync(process.execPath, ['dist/cli.js', 'openapi:export', ...args], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
}

/**
 * Returns the patterns that ECMA-262, RE2, Rust, Python and Java interpret differently, or that one of them does
 * not support.
 */
function patternFaults(value: unknown, pointer = '#'): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const at = `${pointer}/${key}`;
    if (key !== 'pattern' || typeof child !== 'string') return patternFaults(child, at);
    const isPortable = !/\(\?(?!:)|\\[pPukZzAG0-9]|[^\x20-\x7e]/.test(child);
    return isPortable ? [] : [`${FILE} ${at} is not portable: ${child}`];
  });
}

function lint(tool: string, args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${tool}`, args, {
    encoding: 'utf8',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  const warned = /\bwarning\b/i.test(stdout);
  return status !== 0 || warned ? [`${tool} finds faults in ${FILE}:\n${stdout}${stderr}`] : [];
}

if (isMain(import.meta)) {
  const faults = checkOpenApi();
  for (const fault of faults) console.error(fault);
  if (faults.length === 0) {
    const { paths, components } = JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;
    const operations = Object.values(paths).flatMap((item) => Object.keys(item)).length;
    const schemas = Object.keys(components.schemas).length;
    console.log(`${FILE}: current; ${operations} operations, ${schemas} schemas, no findings`);
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
}
