import { readEnvironment } from './platform/config/read-environment.js';
import { LISTENING } from './platform/http/settings/listening.js';

/** Shorter than the 3 s timeout of HEALTHCHECK in the image. */
const TIMEOUT_MS = 2500;

/**
 * Requests the health of the server in the same container and exits with 0 if the response is 200. The image has no
 * curl.
 * Usage: `node dist/healthcheck.js [path]`. The default is /health/live, because a restart does not help if the
 * database is down.
 */
const path = process.argv[2] ?? '/health/live';
const variables = readEnvironment();
const port = LISTENING.PORT.parse(variables.PORT);
const host = LISTENING.HOST.parse(variables.HOST) ?? '127.0.0.1';
const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

const outcome = await fetch(`http://${address}:${port}${path}`, {
  signal: AbortSignal.timeout(TIMEOUT_MS),
}).then(
  (answer) => (answer.ok ? undefined : `returned ${answer.status}`),
  (error: Error) => ((error.cause as Error | undefined) ?? error).message,
);
if (outcome) process.stderr.write(`${path} on port ${port}: ${outcome}\n`);
process.exit(outcome ? 1 : 0);
