/**
 * Holds openapi.json to what it promises: it is what the build would write, its
 * schemas have examples that are valid, its patterns mean the same in every
 * language, and Redocly's strict rules, Spectral's and OWASP's find nothing but
 * what .spectral.yaml excuses. The same for its rendering in OpenAPI 3.0, as far
 * as that is the document's own. Needs dist/.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const FILE = 'openapi.json';
const faults = [];

const committed = readFileSync(FILE, 'utf8');
const document = JSON.parse(committed);

const folder = mkdtempSync(join(tmpdir(), 'galley-openapi-'));
const FILE_30 = join(folder, 'openapi-3.0.json');

checkCurrent();
checkExamples();
checkPatterns(document);
lint('redocly', ['lint', FILE, FILE_30, '--format', 'stylish']);
lint('spectral', ['lint', FILE, '--ruleset', '.spectral.yaml', '--fail-severity', 'hint', '--quiet']);
rmSync(folder, { recursive: true });

for (const fault of faults) console.error(fault);
if (faults.length === 0) {
  const operations = Object.values(document.paths).flatMap((item) => Object.keys(item)).length;
  const schemas = Object.keys(document.components.schemas).length;
  console.log(`${FILE}: current; ${operations} operations, ${schemas} schemas, no findings`);
}
process.exit(faults.length === 0 ? 0 : 1);

function checkCurrent() {
  const exported = (...args) =>
    execFileSync(process.execPath, ['dist/cli.js', 'openapi:export', ...args], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
  exported('--openapi', '3.0', '--output', FILE_30);
  const built = exported();
  if (built !== committed) {
    faults.push(`${FILE} is not current: node dist/cli.js openapi:export --output ${FILE}`);
  }
}

function checkExamples() {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  ajv.addSchema(document, FILE);
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const { pointer, schema: part } of parts(schema, `#/components/schemas/${name}`)) {
      if (!tellsItself(part)) faults.push(`${FILE} ${pointer} has no example`);
      const validate = ajv.compile({ $ref: `${FILE}${pointer}` });
      for (const example of part.examples ?? []) {
        if (!validate(example))
          faults.push(
            `${FILE} ${pointer} has an example that is not valid: ${ajv.errorsText(validate.errors)}`,
          );
      }
    }
  }
}

/** What ECMA-262, RE2, Rust, Python and Java read differently, or one of them not at all. */
function checkPatterns(value, pointer = '#') {
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const at = `${pointer}/${key}`;
    if (key !== 'pattern' || typeof child !== 'string') checkPatterns(child, at);
    else if (/\(\?(?!:)|\\[pPukZzAG0-9]|[^\x20-\x7e]/.test(child))
      faults.push(`${FILE} ${at} is not portable: ${child}`);
  }
}

/** The schema and all below it, up to those with an example of the whole. */
function* parts(schema, pointer) {
  yield { schema, pointer };
  if (schema.examples) return;
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    yield* parts(child, `${pointer}/properties/${key}`);
  if (schema.items) yield* parts(schema.items, `${pointer}/items`);
  if (isObject(schema.additionalProperties))
    yield* parts(schema.additionalProperties, `${pointer}/additionalProperties`);
  for (const [index, child] of (schema.anyOf ?? []).entries())
    yield* parts(child, `${pointer}/anyOf/${index}`);
}

/** Nothing to show: it is made of parts, or its values are known. */
function tellsItself(schema) {
  return (
    ['examples', '$ref', 'enum', 'properties', 'items', 'anyOf'].some((key) => key in schema) ||
    isObject(schema.additionalProperties) ||
    ['boolean', 'null'].includes(schema.type)
  );
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function lint(tool, args) {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${tool}`, args, {
    encoding: 'utf8',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  const warned = /\bwarning\b/i.test(stdout);
  if (status !== 0 || warned) faults.push(`${tool} finds faults in ${FILE}:\n${stdout}${stderr}`);
}
