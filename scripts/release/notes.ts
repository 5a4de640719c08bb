import type { Release } from './evidence.ts';
import { run } from './run.ts';

/** @returns the tag of this release; every production release has its own */
export async function findTag({ version, commit }: Pick<Release, 'version' | 'commit'>): Promise<string> {
  const coming = `v${version.replace(/-\d+\.g[0-9a-f]+$/, '')}`;
  const { code, stdout } = await run('git', ['rev-list', '-n', '1', coming]);
  return code !== 0 || stdout.trim() === commit ? coming : `v${version}`;
}

/** Returns the release notes: the digests of the version and its results. */
export function notes(release: Release, tag: string, changelog: string): string {
  const { version, commit, pipeline, image, chart, valuesHash, passed } = release;
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `${changesOf(changelog, tag)}`,
    '## What it is',
    [
      row('part', 'digest'),
      row('---', '---'),
      row('image', `\`${image.repository}@${image.digest}\``),
      row('chart', `\`${chart.repository}@${chart.digest}\``),
      row('values/common.yaml', `\`${valuesHash}\``),
      row('packaged as', `${version}, commit ${commit}, pipeline ${pipeline}`),
    ].join('\n'),
    '## What was proved',
    passed
      .map(({ environment, at, job }) => `- ${environment}, ${at}${job ? `, [the job](${job})` : ''}`)
      .join('\n'),
    `\`release.json\` and \`release.json.sig\` below are the evidence: \`cosign verify-blob --key cosign.pub --insecure-ignore-tlog=true --signature release.json.sig release.json\`.`,
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

/** Returns the section of CHANGELOG.md for this version, or '' if there is none. */
function changesOf(changelog: string, tag: string): string {
  const number = tag.slice(1).split('-')[0];
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`[${number}]`));
  return section ? `## What changes\n\n${section.split('\n').slice(1).join('\n').trim()}` : '';
}
