/**
 * Writes what people read about the settings, .env.example and
 * docs/configuration.md, from the schema that the process parses them with.
 * With --check it writes nothing and fails when a file is not current.
 * Needs dist/.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import { SETTINGS } from '#dist/settings.js';

const groups = [];
for (const { definition } of SETTINGS.areas) {
  if (definition.heading) groups.push({ heading: definition.heading, settings: [] });
  groups.at(-1).settings.push(...Object.entries(definition.fields).map(described));
}
const settings = groups.flatMap((group) => group.settings);

const files = {
  '.env.example': envExample(),
  'docs/configuration.md': await prettier.format(reference(), { parser: 'markdown' }),
};
const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of Object.entries(files)) {
  if (!check) writeFileSync(path, text);
  else if (read(path) !== text) {
    console.error(`${path} is not current: npm run build && npm run generate:environment`);
    stale++;
  }
}
if (stale === 0)
  console.log(
    `${Object.keys(files).join(' and ')}: ${check ? 'current' : 'written'}, ${settings.length} settings`,
  );
process.exit(stale === 0 ? 0 : 1);

function described([name, schema]) {
  const { description, example, secret = false, aliases = [] } = SETTINGS.meta(name);
  return { name, description, example, secret, aliases, wants: wants(schema), fallback: fallback(schema) };
}

/** The value that counts when none is set; '' when that depends on others or there is none. */
function fallback(schema) {
  return schema.def.type === 'prefault' ? String(schema.def.defaultValue) : '';
}

/** What the schema says to a value that cannot be right; '' when it takes any text. */
function wants(schema) {
  const result = schema.safeParse('\u0001');
  return result.success ? '' : result.error.issues[0].message.replace(/^must /, '');
}

function envExample() {
  const lines = [
    '# This file contains all settings of Galley with their defaults. Development requires no settings.',
    '# Copy this file to .env and uncomment the settings that you change. .env.<NODE_ENV> takes precedence over .env,',
    '# and the environment of the process over both. `npm run galley -- config:check` prints the effective configuration.',
    '# scripts/generate/env-example.ts generates this file: do not edit it.',
  ];
  for (const { heading, settings: group } of groups) {
    lines.push('', `### ${heading}`);
    for (const setting of group) {
      lines.push('', `# ${setting.description}.`);
      if (setting.wants) lines.push(`# Must ${setting.wants}.`);
      if (setting.secret) lines.push(`# Or ${setting.name}_FILE: a file that holds it.`);
      lines.push(`#${setting.name}=${setting.fallback || (setting.example ?? '')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function reference() {
  const cell = (text) => text.replaceAll('|', '\\|');
  const code = (text) => (text ? `\`${cell(text)}\`` : '');
  const tables = groups.map(({ heading, settings: group }) => {
    const rows = group.map((setting) => {
      const meaning = [
        `${setting.description}.`,
        setting.wants && `Must ${setting.wants}.`,
        setting.secret && `Secret: may come from a file, \`${setting.name}_FILE\`.`,
        setting.aliases.length > 0 &&
          `Elsewhere called ${setting.aliases.map((name) => `\`${name}\``).join(', ')}.`,
      ];
      return `| ${code(setting.name)} | ${code(setting.fallback)} | ${cell(meaning.filter(Boolean).join(' '))} |`;
    });
    return `## ${heading}\n\n| setting | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Settings

You configure Galley with environment variables. Galley reads settings from the YAML file that CONFIG_FILE names, from
\`.env\`, from \`.env.<NODE_ENV>\` and from the environment of the process. Each of these takes precedence over the ones
before it. An empty value counts as not set. If a setting is wrong, Galley exits with code 78 before it opens a port, and
lists all faults at once. If you use the name of a setting in another system, the message names the setting of Galley.

\`npm run galley -- config:check\` prints the effective configuration without secrets.

\`scripts/generate/env-example.ts\` generates this page from the settings: do not edit it.

${tables.join('\n')}`;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
