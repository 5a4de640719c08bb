import { readFileSync, writeFileSync } from 'node:fs';
import { required, runCommand } from '../command-line.ts';
import { readRelease } from '../evidence.ts';
import { findTag, notes } from '../notes.ts';
import { createPage } from '../page.ts';

const usage = `
usage: scripts/release-page [--dry-run]

Tags the commit of release.production-passed.json and creates its release page in GitLab, with both digests, the
results and the evidence. The tag is vX.Y.Z. If that tag already marks another commit, it is vX.Y.Z-PIPELINE.gCOMMIT,
so that every commit that reached production has a tag. Writes release-notes.md. With --dry-run, it does nothing else.

Environment, which GitLab sets: CI_API_V4_URL, CI_PROJECT_ID, CI_PROJECT_URL, CI_JOB_ID, CI_JOB_TOKEN
`;

await runCommand(
  { name: 'release-page', usage, options: { 'dry-run': { type: 'boolean' } } },
  async (given) => {
    const release = readRelease('release.production-passed.json');
    const tag = await findTag(release);
    const description = notes(release, tag, readFileSync('CHANGELOG.md', 'utf8'));
    writeFileSync('release-notes.md', description);
    if (given['dry-run']) return console.log(tag);
    for (const variable of ['CI_API_V4_URL', 'CI_PROJECT_ID', 'CI_PROJECT_URL', 'CI_JOB_ID', 'CI_JOB_TOKEN'])
      required(process.env, variable, 'GitLab sets it for every job');
    console.log(`${tag} ${await createPage({ tag, commit: release.commit, description }, process.env)}`);
  },
);
