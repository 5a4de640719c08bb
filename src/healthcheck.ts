import { readEnvironment } from './platform/config/read-environment.js';
import { LISTENING } from './platform/http/settings/listening.js';

/** Below the 3 s that the image's HEALTHCHECK waits. */
const TIMEOUT_MS = 2500;

/**
 * Requests the health of the server in the same container: exit 0 if it returns 200. The image has no curl.
 * `node dist/healthcheck.js [path]`; /health/live if absent, because whoever restarts on it must not do so for a
 * database that is down.
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
