/**
 * Generates files of charts/galley: the table of the README and values.schema.json from the comments of
 * values.yaml and the types of Kubernetes, the settings from their schema, the newest migration from migrations/, and the series
 * from the alerts and the dashboard: `npm run generate:chart`. With --check, it writes nothing and fails if a file
 * is not current. Requires dist/.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import prettier from 'prettier';
import { type JsonSchema, type Notes, readNotes, schemaOf, table, typesIn } from './chart-values.ts';
import { kubernetesDefinitions } from './kubernetes-definitions.ts';
import { type MadeFiles, runGenerator } from './made-files.ts';
import { type Alerts, type Dashboard, expressionsOf, seriesOf } from './promql-series.ts';
import { readSettings, type Setting } from './settings.ts';
import { isMain } from '../tools/main.ts';

const CHART = 'charts/galley';
/** Settings that the chart sets from its own values. */
const OWN: Setting['name'][] = ['PORT', 'APP_VERSION', 'APP_IMAGE_DIGEST', 'TRUST_PROXY', 'CONFIG_FILE'];

export async function chartFiles(yaml: string, notes: Notes, settings: Setting[]): Promise<MadeFiles> {
  const values = load(yaml);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...schemaOf(notes, settingsSchema(settings), values),
    definitions: kubernetesDefinitions(typesIn(notes)),
  };
  const readme = read('README.md').replace(
    /(<!-- values -->\n)[^]*(<!-- end -->)/,
    (_, begin: string, end: string) => `${begin}\n${table(notes, values)}\n\n${end}`,
  );
  const secrets = settings.filter(({ secret }) => secret).map(({ name }) => name);
  return {
    [`${CHART}/values.schema.json`]: await prettier.format(JSON.stringify(schema), {
      parser: 'json',
      printWidth: 110,
    }),
    [`${CHART}/README.md`]: await prettier.format(readme, { parser: 'markdown', printWidth: 110 }),
    [`${CHART}/files/newest-migration`]: `${newestMigration()}\n`,
    [`${CHART}/files/secret-settings`]: `${secrets.join('\n')}\n`,
    [`${CHART}/files/series`]: `${series().join('\n')}\n`,
  };
}

const read = (file: string) => readFileSync(`${CHART}/${file}`, 'utf8');

/** Secrets must not be in values, which Helm stores in plain text, so they are not properties of the schema. */
function settingsSchema(settings: Setting[]): JsonSchema {
  return Object.fromEntries(
    settings
      .filter(({ name, secret }) => !secret && !OWN.includes(name))
      .map(({ name, description, text }) => [name, { type: 'string', description, ...text }]),
  );
}

/** The name of its class, as in the table of migrations in the database. */
function newestMigration(): string {
  const [file = ''] = readdirSync('migrations')
    .filter((name) => /^\d+-.*\.ts$/.test(name))
    .sort((one, other) => parseInt(other) - parseInt(one));
  const [, name] = /^export class (\w+)/m.exec(readFileSync(`migrations/${file}`, 'utf8')) ?? [];
  if (!name) throw new Error(`migrations/${file} exports no class`);
  return name;
}

/** The series that the alerts and the dashboard use, which `helm test` checks. */
function series(): string[] {
  const alerts = load(read('files/alerts.yaml')) as Alerts;
  const dashboard = JSON.parse(read('files/dashboard.json')) as Dashboard;
  const names = expressionsOf(alerts, dashboard).flatMap((expression) =>
    seriesOf(expression.replaceAll(/SELECTOR|SERVING/g, 'job=""')).map(({ name }) => name),
  );
  return [...new Set(names)].sort();
}

if (isMain(import.meta)) {
  const yaml = read('values.yaml');
  const notes = readNotes(yaml);
  const files = await chartFiles(yaml, notes, readSettings());
  runGenerator(files, 'npm run generate:chart', `${Object.keys(notes).length} values`);
}
