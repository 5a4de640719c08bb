/**
 * Writes what people read about the settings, .env.example and
 * docs/configuration.md, from the schema that the process parses them with:
 * `npm run generate:environment`. With --check it writes nothing and fails when a
 * file is not current. Needs dist/.
 */
import prettier from 'prettier';
import { type MadeFiles, runGenerator } from './made-files.ts';
import { type Group, readGroups } from './settings.ts';
import { isMain } from '../tools/main.ts';

export async function environmentFiles(groups: Group[]): Promise<MadeFiles> {
  return {
    '.env.example': envExample(groups),
    'docs/configuration.md': await prettier.format(reference(groups), { parser: 'markdown' }),
  };
}

function envExample(groups: Group[]): string {
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

function reference(groups: Group[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const code = (text: string) => (text ? `\`${cell(text)}\`` : '');
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

if (isMain(import.meta)) {
  const groups = readGroups();
  const settings = groups.flatMap((group) => group.settings);
  const files = await environmentFiles(groups);
  runGenerator(files, 'npm run generate:environment', `${settings.length} settings`);
}
