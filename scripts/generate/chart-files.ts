/**
 * Writes what is made from something else in charts/galley: the README's table
 * and values.schema.json from the comments of values.yaml, the names of the
 * settings from the schema that the process parses them with, the newest
 * migration from migrations/, the series from the alerts and the dashboard. With --check it writes nothing and fails when a
 * file is not current. Needs dist/.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';
import prettier from 'prettier';
import { expressionsOf, seriesOf } from './promql-series.ts';
import { SETTINGS } from '#dist/settings.js';

const CHART = 'charts/galley';
/** Settings that the chart sets itself, from values of their own. */
const OWN = ['PORT', 'APP_VERSION', 'APP_IMAGE_DIGEST', 'TRUST_PROXY', 'CONFIG_FILE'];

const settings = SETTINGS.names.map((name) => ({ name, ...SETTINGS.meta(name) }));
const text = readFileSync(`${CHART}/values.yaml`, 'utf8');
const notes = readNotes(text);
const values = load(text);
const readme = readFileSync(`${CHART}/README.md`, 'utf8');

const files = {
  [`${CHART}/values.schema.json`]: await prettier.format(
    JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schemaOf(values) }),
    { parser: 'json', printWidth: 110 },
  ),
  [`${CHART}/README.md`]: await prettier.format(
    readme.replace(
      /(<!-- values -->\n)[^]*(<!-- end -->)/,
      (_, begin, end) => `${begin}\n${table(values)}\n\n${end}`,
    ),
    { parser: 'markdown', printWidth: 110 },
  ),
  [`${CHART}/files/newest-migration`]: `${newestMigration()}\n`,
  [`${CHART}/files/secret-settings`]: `${settings
    .filter(({ secret }) => secret)
    .map(({ name }) => name)
    .join('\n')}\n`,
  [`${CHART}/files/series`]: `${series().join('\n')}\n`,
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, content] of Object.entries(files)) {
  if (!check) writeFileSync(path, content);
  else if (read(path) !== content) {
    console.error(`${path} is not current: npm run build && npm run generate:chart`);
    stale++;
  }
}
if (stale === 0)
  console.log(`${CHART}: files ${check ? 'current' : 'written'}, ${Object.keys(notes).length} values`);
process.exit(stale === 0 ? 0 : 1);

/** By the path of a value, the comments above it. */
function readNotes(yaml) {
  const found = {};
  const path = [];
  let note = {};
  for (const line of yaml.split('\n')) {
    const [, description] = /^ *# -- (.*)$/.exec(line) ?? [];
    const [, schema] = /^ *# @schema (.*)$/.exec(line) ?? [];
    const [, indent, key] = /^( *)([\w-]+):/.exec(line) ?? [];
    if (description) note.description = description;
    else if (schema) note.schema = load(schema);
    else if (key) {
      path.splice(indent.length / 2, Infinity, key);
      if (note.description) found[path.join('.')] = note;
      note = {};
    }
  }
  return found;
}

/** `free`, `strings` and `settings` are words of this file: any map, a map of texts, our settings. */
function schemaOf(value, path = '') {
  const { description, schema: { free, strings, settings: ours, ...more } = {} } = notes[path] ?? {};
  const schema = { ...(description && { description }), type: typeOf(value) };
  if (schema.type !== 'object' || free) return { ...schema, ...more };
  if (strings) return { ...schema, additionalProperties: { type: 'string' } };
  if (ours) return { ...schema, additionalProperties: false, properties: settingsSchema() };
  const properties = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, schemaOf(child, path ? `${path}.${key}` : key)]),
  );
  if (path === '') properties.global = { description: 'For charts that contain this one', type: 'object' };
  if (path !== '' && !description && Object.keys(properties).length === 0)
    throw new Error(`values.yaml: ${path} says neither what it is nor what it holds`);
  return { ...schema, additionalProperties: false, properties, ...more };
}

function typeOf(value) {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** A secret has no place in values, which Helm keeps in plain text: it is no property here. */
function settingsSchema() {
  return Object.fromEntries(
    settings
      .filter(({ name, secret }) => !secret && !OWN.includes(name))
      .map(({ name, description }) => [name, { type: 'string', description }]),
  );
}

function table(root) {
  const cell = (content) => content.replaceAll('|', '\\|');
  const rows = Object.entries(notes).map(([path, { description }]) => {
    const value = path.split('.').reduce((part, key) => part[key], root);
    return `| \`${path}\` | \`${cell(JSON.stringify(value))}\` | ${cell(description)} |`;
  });
  return ['| value | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** Its class's name, as the database's table of migrations has it. */
function newestMigration() {
  const [file] = readdirSync('migrations')
    .filter((name) => /^\d+-.*\.ts$/.test(name))
    .sort((one, other) => parseInt(other) - parseInt(one));
  const [, name] = /^export class (\w+)/m.exec(readFileSync(`migrations/${file}`, 'utf8')) ?? [];
  if (!name) throw new Error(`migrations/${file} exports no class`);
  return name;
}

/** What the alerts and the dashboard read, for `helm test` to look for. */
function series() {
  const alerts = load(readFileSync(`${CHART}/files/alerts.yaml`, 'utf8'));
  const dashboard = JSON.parse(readFileSync(`${CHART}/files/dashboard.json`, 'utf8'));
  const names = expressionsOf(alerts, dashboard).flatMap((expression) =>
    seriesOf(expression.replaceAll('SELECTOR', 'job=""')).map(({ name }) => name),
  );
  return [...new Set(names)].sort();
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
