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
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1',
  CI_COMMIT_BRANCH: null,
  REVIEW_DOMAIN: 'review.example.com',
};
const withScanners = { GITLAB_TEMPLATES: 'true', GITLAB_ULTIMATE: 'true' };
const onMain = { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };

const DELIVERY = [
  'build',
  'attest',
  'tools (manual)', // when deploy/tools/Dockerfile has changed
  'compat:previous',
  'deploy:staging',
  'verify:staging',
  'verify:production',
  'rollback:production (manual)',
  'release',
];

/** Jobs of GitLab's templates (TEMPLATES). */
const SCANNERS = ['semgrep-sast', 'secret_detection', 'kics-iac-sast', 'gemnasium-dependency_scanning'];

/** What starts a pipeline, and the jobs that it then has. */
export const EVENTS = {
  'a merge request': {
    variables: mergeRequest,
    jobs: [...CHECKS, 'build:review', 'review', 'stop_review (manual)'],
  },
  'a merge request of a project without reviews': {
    variables: { ...mergeRequest, REVIEW_DOMAIN: null },
    jobs: CHECKS,
  },
  "a fork's merge request": {
    variables: { ...mergeRequest, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2' },
    jobs: CHECKS,
  },
  "a merge request with GitLab's scanners": {
    variables: { ...mergeRequest, ...withScanners },
    jobs: [...CHECKS, ...SCANNERS, 'build:review', 'review', 'stop_review (manual)'],
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
};

const scanner = {
  stage: 'test',
  script: ['/analyzer run'],
  allow_failure: true,
  rules: [
    { if: '$AST_ENABLE_MR_PIPELINES == "true" && $CI_PIPELINE_SOURCE == "merge_request_event"' },
    { if: '$CI_OPEN_MERGE_REQUESTS', when: 'never' },
    { if: '$CI_COMMIT_BRANCH' },
  ],
};

/** GitLab's templates cannot be fetched everywhere: the jobs that they bring, as far as .gitlab/ci builds on them. */
export const TEMPLATES = {
  'Jobs/SAST.gitlab-ci.yml': { 'semgrep-sast': scanner },
  'Jobs/Secret-Detection.gitlab-ci.yml': { secret_detection: scanner },
  'Jobs/SAST-IaC.gitlab-ci.yml': { 'kics-iac-sast': scanner },
  'Jobs/Container-Scanning.gitlab-ci.yml': { container_scanning: { ...scanner, dependencies: [] } },
  'Jobs/Dependency-Scanning.gitlab-ci.yml': { 'gemnasium-dependency_scanning': scanner },
  'API-Security.gitlab-ci.yml': { api_security: { ...scanner, stage: 'dast' } },
};

/** @returns the faults of an expanded pipeline that GitLab's schema does not see */
export function wrongWith(pipeline) {
  const jobs = Object.entries(pipeline).filter(([name, job]) => job?.script && !name.startsWith('.'));
  const names = jobs.map(([name]) => name);
  return jobs.flatMap(([name, job]) => [
    ...environmentFaults(name, job, pipeline),
    ...(job.environment && job.environment.action !== 'prepare' && !job.resource_group
      ? [`${name}: touches an environment without a resource_group`]
      : []),
    ...(job.resource_group && job.interruptible !== false ? [`${name}: may be interrupted half-way`] : []),
    ...needFaults(name, job, names),
    ...signingFaults(name, job),
    ...(runs(job.script, /scripts\/(deploy|verify|rollback) (staging|production)\b/) &&
    !runs(job.after_script, /scripts\/notify\b/)
      ? [`${name}: tells nobody how it ended (scripts/notify)`]
      : []),
    ...imageFaults(name, job.image?.name ?? job.image),
    ...(job.services ?? []).flatMap((service) => imageFaults(name, service.name ?? service)),
    ...(job.stage && !pipeline.stages.includes(job.stage)
      ? [`${name}: stage ${job.stage} is not listed`]
      : []),
  ]);
}

const runs = (lines = [], command) => lines.some((line) => command.test(line));

function needFaults(name, { needs = [], dependencies }, names) {
  const all = needs.map((need) => (need.job ? need : { job: need }));
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

/** The key is in the scope of these two alone: jobs without an environment run the scripts of packages. */
function signingFaults(name, { script, environment }) {
  return runs(script, /scripts\/(attest|verify)\b/) && !['staging', 'production'].includes(environment?.name)
    ? [`${name}: signs, and is not in an environment that has the key`]
    : [];
}

const TIERS = ['production', 'staging', 'testing', 'development', 'other'];

function environmentFaults(name, { environment, rules }, pipeline) {
  if (!environment) return [];
  const faults = [];
  const { on_stop: onStop, auto_stop_in: stopsIn, deployment_tier: tier } = environment;
  if (tier && !TIERS.includes(tier)) faults.push(`${name}: there is no tier ${tier}`);
  if (stopsIn && !/^\d+ (minute|hour|day|week)s?$/.test(stopsIn))
    faults.push(`${name}: auto_stop_in is not a duration: ${stopsIn}`);
  if (!onStop) return faults;
  const stop = pipeline[onStop];
  if (!stop) return [...faults, `${name}: is stopped by ${onStop}, which is no job`];
  if (stop.environment?.action !== 'stop') faults.push(`${onStop}: its environment requires action: stop`);
  if (stop.environment?.name !== environment.name)
    faults.push(`${onStop}: stops another environment than ${name} starts`);
  if (stop.variables?.GIT_STRATEGY !== 'none')
    faults.push(`${onStop}: requires GIT_STRATEGY: none, because the branch may no longer exist`);
  if (stop.needs?.some((need) => (need.job ?? need) === name))
    faults.push(`${onStop}: needs ${name}, so that a deploy that failed could not be stopped`);
  if (JSON.stringify(stop.rules?.map((rule) => rule.if)) !== JSON.stringify(rules?.map((rule) => rule.if)))
    faults.push(`${onStop}: its rules are not those of ${name}, so that it may be missing`);
  return faults;
}

/** By a variable of images.yml, or by an exact tag or a digest. */
function imageFaults(name, image) {
  if (!image || /^\$[A-Z_]+$/.test(image)) return [];
  return /@sha256:|:v?\d+\.\d+/.test(image) ? [] : [`${name}: the image ${image} has no exact tag`];
}
