export interface Need {
  job: string;
  optional?: boolean;
  artifacts?: boolean;
}

interface Environment {
  name: string;
  action?: string;
  on_stop?: string;
  auto_stop_in?: string;
  deployment_tier?: string;
}

type Image = string | { name: string };

/** The fields of a job of .gitlab-ci.yml that this file reads. */
export interface Job {
  stage?: string;
  script?: string[];
  after_script?: string[];
  resource_group?: string;
  interruptible?: boolean;
  environment?: Environment;
  rules?: { if?: string; when?: string }[];
  needs?: (string | Need)[];
  dependencies?: string[];
  variables?: Record<string, string>;
  image?: Image;
  services?: Image[];
  allow_failure?: boolean;
}

/** An expanded pipeline: its jobs by name, and other keys. */
export interface Pipeline {
  stages: string[];
  [name: string]: Job | string[] | undefined;
}

/** @returns the variables that an expanded pipeline does not set as the event requires */
export function unsetVariables(pipeline: object, { sets = {} }: Pick<StartingEvent, 'sets'>): string[] {
  const { variables = {} } = pipeline as { variables?: Record<string, string> };
  return Object.entries(sets)
    .filter(([name, value]) => variables[name] !== value)
    .map(([name, value]) => `${name} must be ${value}, but is ${variables[name]}`);
}

/** The event that starts a pipeline, and the jobs that it must contain. A variable that is null is not set. */
export interface StartingEvent {
  variables: Record<string, string | null>;
  jobs: string[];
  /** Variables of the pipeline that differ from those of other events. */
  sets?: Record<string, string>;
}

/**
 * Checks, in a merge request of the project itself, that merge requests from forks find its registry: they cannot
 * change the path of the project to lower case.
 */
export function upstreamFaults({
  CI_PROJECT_ID: own,
  CI_MERGE_REQUEST_PROJECT_ID: upstream,
  CI_MERGE_REQUEST_PROJECT_PATH: path = '',
  CI_REGISTRY_IMAGE: registry = '',
  UPSTREAM_REGISTRY: set = '',
}: NodeJS.ProcessEnv): string[] {
  if (own === undefined || own !== upstream || (!/[A-Z]/.test(path) && !set) || set === registry) return [];
  return [
    `.gitlab/ci/base.yml: UPSTREAM_REGISTRY must be ${registry}, because ${path} contains upper case and paths in a registry do not`,
  ];
}

const CHECKS = [
  'lint:code',
  'lint:scripts',
  'migration-lint',
  'chart-test',
  'unit',
  'stories',
  'stories:oldest',
  'browser',
  'audit',
];

const mergeRequest = {
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_MERGE_REQUEST_IID: '12',
  CI_PROJECT_ID: '1',
  CI_MERGE_REQUEST_PROJECT_ID: '1',
  CI_MERGE_REQUEST_PROJECT_PATH: 'group/galley',
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1',
  CI_COMMIT_BRANCH: null,
  REVIEW_DOMAIN: 'review.example.com',
};
const withScanners = { GITLAB_TEMPLATES: 'true', GITLAB_ULTIMATE: 'true' };
const onMain = { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };

/** This job exists if deploy/tools/Dockerfile has changed. */
const TOOLS = 'tools';

const DELIVERY = [
  TOOLS,
  'build',
  'attest',
  'compat:previous',
  'deploy:staging',
  'verify:staging',
  'verify:production',
  'rollback:production (manual)',
  'release',
];

/** The jobs of GitLab's templates (TEMPLATES). */
const SCANNERS = ['semgrep-sast', 'secret_detection', 'kics-iac-sast', 'gemnasium-dependency_scanning'];

/** The events that start a pipeline, and the jobs that each must contain. */
export const EVENTS = {
  'a merge request': {
    variables: mergeRequest,
    jobs: [TOOLS, ...CHECKS, 'build:review', 'review', 'stop_review (manual)'],
  },
  'a merge request of a project without reviews': {
    variables: { ...mergeRequest, REVIEW_DOMAIN: null },
    jobs: [TOOLS, ...CHECKS],
  },
  "a fork's merge request, in the fork": {
    variables: { ...mergeRequest, CI_PROJECT_ID: '2', CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' },
    jobs: CHECKS,
    sets: { TOOLS_REGISTRY: '$CI_REGISTRY/$CI_MERGE_REQUEST_PROJECT_PATH' },
  },
  "a fork's merge request to a project with upper case in its path": {
    variables: {
      ...mergeRequest,
      CI_PROJECT_ID: '2',
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2',
      CI_MERGE_REQUEST_PROJECT_PATH: 'Group/Galley',
      UPSTREAM_REGISTRY: 'registry.example.com/group/galley',
    },
    jobs: CHECKS,
    sets: { TOOLS_REGISTRY: '$UPSTREAM_REGISTRY' },
  },
  "a fork's merge request, started by a member in the project": {
    variables: { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' },
    jobs: CHECKS,
  },
  "a merge request with GitLab's scanners": {
    variables: { ...mergeRequest, ...withScanners },
    jobs: [TOOLS, ...CHECKS, ...SCANNERS, 'build:review', 'review', 'stop_review (manual)'],
  },
  main: { variables: onMain, jobs: [...CHECKS, ...DELIVERY, 'deploy:production (manual)'] },
  'main by hand': {
    variables: { ...onMain, CI_PIPELINE_SOURCE: 'web' },
    jobs: [...CHECKS, ...DELIVERY, 'deploy:production (manual)'],
  },
  "main with GitLab's scanners": {
    variables: { ...onMain, ...withScanners },
    jobs: [
      ...CHECKS,
      ...SCANNERS,
      ...DELIVERY,
      'container_scanning',
      'api_security',
      'deploy:production (manual)',
    ],
  },
  'main in a deploy freeze': {
    variables: { ...onMain, CI_DEPLOY_FREEZE: 'true' },
    jobs: [...CHECKS, ...DELIVERY.filter((name) => !['verify:production', 'release'].includes(name))],
  },
  'a schedule': { variables: { ...onMain, CI_PIPELINE_SOURCE: 'schedule' }, jobs: [...CHECKS, 'heavy'] },
  'a tag': {
    variables: { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: 'v1.2.3', CI_COMMIT_BRANCH: null },
    jobs: ['tag'],
  },
} satisfies Record<string, StartingEvent>;

const scanner: Job = {
  stage: 'test',
  script: ['/analyzer run'],
  allow_failure: true,
  rules: [
    { if: '$AST_ENABLE_MR_PIPELINES == "true" && $CI_PIPELINE_SOURCE == "merge_request_event"' },
    { if: '$CI_OPEN_MERGE_REQUESTS', when: 'never' },
    { if: '$CI_COMMIT_BRANCH' },
  ],
};

/**
 * GitLab's templates cannot be downloaded everywhere. These are the jobs that they contain, as far as .gitlab/ci
 * extends them.
 */
export const TEMPLATES: Record<string, Record<string, Job>> = {
  'Jobs/SAST.gitlab-ci.yml': { 'semgrep-sast': scanner },
  'Jobs/Secret-Detection.gitlab-ci.yml': { secret_detection: scanner },
  'Jobs/SAST-IaC.gitlab-ci.yml': { 'kics-iac-sast': scanner },
  'Jobs/Container-Scanning.gitlab-ci.yml': { container_scanning: { ...scanner, dependencies: [] } },
  'Jobs/Dependency-Scanning.gitlab-ci.yml': { 'gemnasium-dependency_scanning': scanner },
  'API-Security.gitlab-ci.yml': { api_security: { ...scanner, stage: 'dast' } },
};

/** @returns the faults of an expanded pipeline that GitLab's schema does not detect */
export function wrongWith(pipeline: Pipeline): string[] {
  const jobs = Object.entries(pipeline).flatMap(([name, job]): [string, Job][] =>
    job && 'script' in job && !name.startsWith('.') ? [[name, job]] : [],
  );
  const names = jobs.map(([name]) => name);
  return jobs.flatMap(([name, job]) => [
    ...environmentFaults(name, job, pipeline),
    ...(job.environment && job.environment.action !== 'prepare' && !job.resource_group
      ? [`${name}: touches an environment without a resource_group`]
      : []),
    ...(job.resource_group && job.interruptible !== false ? [`${name}: may be interrupted half-way`] : []),
    ...needFaults(name, job, names),
    ...emergencyFaults(name, job, jobs),
    ...signingFaults(name, job),
    ...(runs(job.script, /scripts\/(deploy|verify|rollback) (staging|production)\b/) &&
    !runs(job.after_script, /scripts\/notify\b/)
      ? [`${name}: tells nobody how it ended (scripts/notify)`]
      : []),
    ...[job.image ?? [], job.services ?? []].flat().flatMap((image) => imageFaults(name, image)),
    ...(job.stage && !pipeline.stages.includes(job.stage)
      ? [`${name}: stage ${job.stage} is not listed`]
      : []),
  ]);
}

const runs = (lines: string[] = [], command: RegExp) => lines.some((line) => command.test(line));

function needFaults(name: string, { needs = [], dependencies }: Job, names: string[]): string[] {
  const all = needs.map((need): Need => (typeof need === 'string' ? { job: need } : need));
  return [
    ...all
      .filter(({ job, optional }) => !optional && !names.includes(job))
      .map(({ job }) => `${name}: needs ${job}, which is no job`),
    ...all
      .filter(({ job, artifacts }) => dependencies && artifacts !== false && !dependencies.includes(job))
      .map(({ job }) => `${name}: needs ${job}, and its dependencies leave out what that left`),
    ...(name === 'deploy:staging' &&
    names.includes('container_scanning') &&
    !all.some(({ job }) => job === 'container_scanning')
      ? [`${name}: does not wait for container_scanning`]
      : []),
  ];
}

/** A rollback must not wait until another job ends. The lease in the cluster prevents that two change a release. */
function emergencyFaults(
  name: string,
  { script, resource_group: own }: Job,
  jobs: [string, Job][],
): string[] {
  if (!runs(script, /scripts\/rollback\b/)) return [];
  return jobs
    .filter(([other, { resource_group: group }]) => other !== name && group === own)
    .map(([other]) => `${name}: waits for ${other}, because both have the resource_group ${own}`);
}

/** Only these two jobs may have the key, because jobs without an environment run the scripts of packages. */
function signingFaults(name: string, { script, environment }: Job): string[] {
  return runs(script, /scripts\/(attest|verify)\b/) &&
    !['staging', 'production'].includes(environment?.name ?? '')
    ? [`${name}: signs, and is not in an environment that has the key`]
    : [];
}

const TIERS = ['production', 'staging', 'testing', 'development', 'other'];

function environmentFaults(name: string, { environment, rules }: Job, pipeline: Pipeline): string[] {
  if (!environment) return [];
  const faults: string[] = [];
  const { on_stop: onStop, auto_stop_in: stopsIn, deployment_tier: tier } = environment;
  if (tier && !TIERS.includes(tier)) faults.push(`${name}: there is no tier ${tier}`);
  if (stopsIn && !/^\d+ (minute|hour|day|week)s?$/.test(stopsIn))
    faults.push(`${name}: auto_stop_in is not a duration: ${stopsIn}`);
  if (!onStop) return faults;
  const stop = pipeline[onStop];
  if (!stop || Array.isArray(stop)) return [...faults, `${name}: is stopped by ${onStop}, which is no job`];
  if (stop.environment?.action !== 'stop') faults.push(`${onStop}: its environment requires action: stop`);
  if (stop.environment?.name !== environment.name)
    faults.push(`${onStop}: stops another environment than ${name} starts`);
  if (stop.variables?.GIT_STRATEGY !== 'none')
    faults.push(`${onStop}: requires GIT_STRATEGY: none, because the branch may no longer exist`);
  if (stop.needs?.some((need) => (typeof need === 'string' ? need : need.job) === name))
    faults.push(`${onStop}: needs ${name}, so that a deploy that failed could not be stopped`);
  if (JSON.stringify(stop.rules?.map((rule) => rule.if)) !== JSON.stringify(rules?.map((rule) => rule.if)))
    faults.push(`${onStop}: its rules are not those of ${name}, so that it may be missing`);
  return faults;
}

/** An image must be a variable of images.yml, or have an exact tag or a digest. */
function imageFaults(name: string, given: Image): string[] {
  const image = typeof given === 'string' ? given : given.name;
  if (/^\$[A-Z_]+$/.test(image)) return [];
  return /@sha256:|:v?\d+\.\d+/.test(image) ? [] : [`${name}: the image ${image} has no exact tag`];
}
