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
    '# Every setting of Galley, with its default. In development all of them may be absent.',
    '# Copy this file to .env and uncomment what should differ; .env.<NODE_ENV> comes before .env,',
    '# and the environment of the process before both. `npm run galley -- config:check` shows what counts.',
    '# Made by scripts/generate/env-example.ts: do not edit.',
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

Galley is configured by environment variables. It reads the YAML file that
CONFIG_FILE names, over it \`.env\`, over it \`.env.<NODE_ENV>\`, over all the
environment of the process; an empty value counts as absent. A wrong setting stops the start with exit code 78 before a port
opens, and all faults are named at once. A name under which other systems know a
setting is a fault too, and the message says what it is called here.

\`npm run galley -- config:check\` prints what counts, secrets hidden.

This page is made from the schema by \`scripts/generate/env-example.ts\`: do not edit it.

${tables.join('\n')}`;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
