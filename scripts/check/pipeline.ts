/**
 * Checks .gitlab-ci.yml: the schema of GitLab, the jobs that each event must start, and rules that the schema does
 * not contain: an environment must be stopped by an existing job, deploy jobs must not be interruptible, and images
 * must have an exact tag. It also runs shellcheck for all sh scripts.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { load } from 'js-yaml';
import { findTool } from '../tools/debian-tools.ts';
import { saidBy } from '../tools/failures.ts';
import {
  EVENTS,
  type Pipeline,
  type StartingEvent,
  TEMPLATES,
  unsetVariables,
  upstreamFaults,
  wrongWith,
} from './pipeline-rules.ts';
import { isMain } from '../tools/main.ts';

const TEMPLATES_FOLDER = 'includes/gitlab.com/gitlab-org/gitlab/-/raw/HEAD/lib/gitlab/ci/templates';

export function checkPipeline(): string[] {
  const state = mkdtempSync('.gitlab-ci-local-');
  try {
    standInForTemplates(state);
    const previewed = [EVENTS.main, EVENTS["main with GitLab's scanners"]];
    const preview = ({ variables }: StartingEvent) => load(ask(state, ['--preview'], variables)) as Pipeline;
    const events: [string, StartingEvent][] = Object.entries(EVENTS);
    return [
      ...events.flatMap(([name, event]) => eventFaults(state, name, event)),
      ...previewed.flatMap((event) => wrongWith(preview(event))),
      ...events
        .filter(([, { sets }]) => sets)
        .flatMap(([name, event]) =>
          unsetVariables(preview(event), event).map((fault) => `.gitlab-ci.yml: in ${name}, ${fault}`),
        ),
      ...upstreamFaults(process.env),
      ...shellFaults(),
    ];
  } finally {
    rmSync(state, { recursive: true });
  }
}

/** The folder in which gitlab-ci-local stores downloads. It does not download what exists there. */
function standInForTemplates(state: string): void {
  for (const [name, template] of Object.entries(TEMPLATES)) {
    const file = join(state, TEMPLATES_FOLDER, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(template));
  }
}

function eventFaults(state: string, event: string, { variables, jobs: wanted }: StartingEvent): string[] {
  const found = ask(state, ['--list-csv-all'], variables)
    .split('\n')
    .map((line) => line.split(';'))
    .filter(([name, , when]) => name && name !== 'name' && when !== 'never')
    .map(([name = '', , when]) => (when === 'manual' ? `${name} (manual)` : name));
  return [...new Set([...wanted, ...found])].flatMap((name) => {
    if (!found.includes(name)) return [`.gitlab-ci.yml: ${event} does not start ${name}`];
    if (wanted.includes(name)) return [];
    return [`.gitlab-ci.yml: ${event} starts ${name}, which scripts/check/pipeline-rules.ts does not expect`];
  });
}

/** Returns the pipeline that GitLab would create, with a schema check by gitlab-ci-local. */
function ask(state: string, args: string[], variables: StartingEvent['variables']): string {
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
    throw new Error('gitlab-ci-local rejects .gitlab-ci.yml');
  }
  return stdout;
}

function shellFaults(): string[] {
  const files = ['scripts', '.ci', 'deploy']
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => statSync(path).isFile() && isShell(readFileSync(path, 'utf8')));
  try {
    execFileSync(findTool('shellcheck'), files, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    return [`shellcheck finds faults:\n${stdout ?? saidBy(error)}`];
  }
}

const isShell = (text: string) => /^#!.*\b(ba)?sh\b/.test(text.split('\n', 1)[0] ?? '');

if (isMain(import.meta)) {
  const faults = checkPipeline();
  for (const fault of faults) console.error(fault);
  if (faults.length === 0) console.log(`.gitlab-ci.yml: ${Object.keys(EVENTS).length} events, no findings`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
