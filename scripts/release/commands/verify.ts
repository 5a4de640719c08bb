import { runCommand } from '../command-line.ts';
import { readRelease } from '../evidence.ts';
import { verify } from '../verify.ts';

const usage = `
usage: scripts/verify ENV [--release FILE] [--seconds N]

Verifies the release that runs in ENV: helm test, a smoke test, and then a short load with budgets (staging) or
monitoring for five minutes (production). If it passes, the result is written to the ConfigMap galley-verified and
attested with the signing key. If it fails, the command rolls back to the last release that passed here and was not
rolled back itself, and exits with 1.

  --release FILE   the release that must run there (default: release.json)
  --seconds N      production: how long to monitor (default: 300)

Writes release.ENV-passed.json, and to reports/ENV/: verify.xml (JUnit), load.json or watch.json, and the attested
release.json.

Environment: the variables of scripts/deploy, and
  API_URL               the URL at which all routes of ENV respond, including health
                        (default: through the API server with kubectl port-forward)
  BASE_URL              the public URL of ENV, for the load and the monitoring
  VERIFY_P95_MS         staging: the maximum p95 of the load in ms (default: 500)
  PROMETHEUS_URL        production: also monitors the errors of users
  COSIGN_PRIVATE_KEY, COSIGN_PASSWORD   staging, production: the key that signs the evidence
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
