import { runCommand } from '../command-line.ts';
import { readRelease } from '../evidence.ts';
import { verify } from '../verify.ts';

const usage = `
usage: scripts/verify ENV [--release FILE] [--seconds N]

Proves the release that runs in ENV: helm test, a smoke test, then a short load with budgets (staging) or a
watch of five minutes (production). What passes is written to the ConfigMap galley-verified and attested with the
signing key; what fails is rolled back to the last release that passed here and was not rolled back itself, and the
command ends with 1.

  --release FILE   the release that has to run there, release.json if absent
  --seconds N      production: how long to watch, 300 if absent

Writes release.ENV-passed.json, and reports/ENV/: verify.xml (JUnit), load.json or watch.json, release.json as it was attested.

Environment: as for scripts/deploy, and
  API_URL               where all routes of ENV answer, health too; through the API server (kubectl port-forward) if absent
  BASE_URL              where the public reaches ENV: load and watch go there
  VERIFY_P95_MS         staging: what the p95 of the load may be, in ms; 500 if absent
  PROMETHEUS_URL        production: the users' errors are watched too
  COSIGN_PRIVATE_KEY, COSIGN_PASSWORD   staging, production: sign the evidence
`;

const options = { release: { type: 'string' }, seconds: { type: 'string' } } as const;

await runCommand(
  { name: 'verify', usage, options, environments: ['staging', 'production'] },
  async (given, environment) => {
    const seconds = given.seconds === undefined ? undefined : Number(given.seconds);
    if (seconds !== undefined && !(seconds > 0))
      throw new TypeError(`--seconds must be a number greater than 0, but is ${given.seconds}`);
    const release = readRelease(given.release ?? 'release.json');
    await verify({ environment, release, seconds }, (line) => console.error(`verify: ${line}`));
  },
);
