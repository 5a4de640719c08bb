/**
 * Generates .env.example and docs/configuration.md from the schema of the settings: `npm run generate:environment`.
 * With --check, it writes nothing and fails if a file is not current. Requires dist/.
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
      if (setting.synonyms.length > 0) lines.push(`# Another name: ${setting.synonyms.join(', ')}.`);
      if (setting.fromFile)
        lines.push(`# Or ${setting.name}_FILE: the path of a file that contains the value.`);
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
        setting.secret && 'Secret.',
        setting.fromFile && `\`${setting.name}_FILE\` can name a file that contains the value.`,
        setting.synonyms.length > 0 &&
          `Another name of this setting is ${setting.synonyms.map((name) => `\`${name}\``).join(', ')}.`,
        setting.aliases.length > 0 &&
          `Other systems use the name ${setting.aliases.map((name) => `\`${name}\``).join(', ')}.`,
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

if (isMain(import.meta)) {
  const groups = readGroups();
  const settings = groups.flatMap((group) => group.settings);
  const files = await environmentFiles(groups);
  runGenerator(files, 'npm run generate:environment', `${settings.length} settings`);
}
