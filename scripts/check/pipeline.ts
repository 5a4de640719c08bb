/**
 * Holds .gitlab-ci.yml to GitLab's schema, to the jobs that each event has to
 * start, and to what the schema does not know: an environment that is stopped by
 * a job that exists, deploys that nothing interrupts, images by an exact tag.
 * Runs shellcheck over the scripts that are sh.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { load } from 'js-yaml';
import { findTool } from '../tools/debian-tools.ts';
import { EVENTS, TEMPLATES, wrongWith } from './pipeline-rules.ts';

const faults = [];
const state = mkdtempSync('.gitlab-ci-local-');
try {
  standInForTemplates();
  for (const [event, { variables, jobs }] of Object.entries(EVENTS)) checkEvent(event, variables, jobs);
  for (const event of ['main', "main with GitLab's scanners"])
    faults.push(...wrongWith(load(ask(['--preview'], EVENTS[event].variables))));
} finally {
  rmSync(state, { recursive: true });
}
checkShell();

for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`.gitlab-ci.yml: ${Object.keys(EVENTS).length} events, no findings`);
process.exit(faults.length === 0 ? 0 : 1);

/** Where gitlab-ci-local keeps what it has fetched: what is there it does not fetch. */
function standInForTemplates() {
  for (const [name, template] of Object.entries(TEMPLATES)) {
    const file = join(
      state,
      'includes/gitlab.com/gitlab-org/gitlab/-/raw/HEAD/lib/gitlab/ci/templates',
      name,
    );
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(template));
  }
}

function checkEvent(event, variables, wanted) {
  const lines = ask(['--list-csv-all'], variables).split('\n');
  const found = lines
    .map((line) => line.split(';'))
    .filter(([name, , when]) => name && name !== 'name' && when !== 'never')
    .map(([name, , when]) => (when === 'manual' ? `${name} (manual)` : name));
  const all = new Set([...wanted, ...found]);
  for (const name of all) {
    if (!found.includes(name)) faults.push(`.gitlab-ci.yml: ${event} does not start ${name}`);
    if (!wanted.includes(name))
      faults.push(
        `.gitlab-ci.yml: ${event} starts ${name}, which scripts/check/pipeline-rules.ts does not expect`,
      );
  }
}

/** What GitLab would make of it, schema checked, by gitlab-ci-local. */
function ask(args, variables) {
  const given = Object.entries(variables).flatMap(([name, value]) =>
    value === null ? ['--unset-variable', name] : ['--variable', `${name}=${value}`],
  );
  const { status, stdout, stderr } = spawnSync(
    'gitlab-ci-local',
    [...args, ...given, '--state-dir', relative('.', state), '--no-color', '--no-evaluate-rule-changes'],
    {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, GCL_IGNORE_PREDEFINED_VARS: Object.keys(variables).join(',') },
    },
  );
  if (status !== 0) {
    console.error(`${stdout}${stderr}`);
    throw new Error('gitlab-ci-local does not take .gitlab-ci.yml');
  }
  return stdout;
}

function checkShell() {
  const files = ['scripts', '.ci', 'deploy']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter(
      (path) => statSync(path).isFile() && /^#!.*\b(ba)?sh\b/.test(readFileSync(path, 'utf8').split('\n')[0]),
    );
  try {
    execFileSync(findTool('shellcheck'), files, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    faults.push(`shellcheck finds faults:\n${error.stdout ?? error.message}`);
  }
}
