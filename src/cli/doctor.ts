import { loadConfig } from '../platform/config/load-config.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { CommandError } from './command-error.js';
import { CHECKS, type Examination } from './doctor-checks.js';

/** Longer than any part may take to answer, and shorter than who waits for us. */
const CHECK_TIMEOUT_MS = 10_000;

interface Finding {
  check: string;
  status: 'ok' | 'failed';
  detail: string;
}

/**
 * Examines a running deployment from inside its network, as `helm test` does.
 * @throws CommandError when something is not as it should be, after all was looked at
 */
export async function doctorCommand(given: {
  url: string;
  series?: string[];
  json?: boolean;
}): Promise<void> {
  const config = loadConfig(readEnvironment());
  const examination = { config, url: given.url.replace(/\/+$/, ''), series: given.series ?? [] };
  const findings: Finding[] = [];
  for (const [check, examine] of Object.entries(CHECKS)) {
    const finding = await outcome(check, examine, examination);
    findings.push(finding);
    if (!given.json)
      console.log(`${finding.status === 'ok' ? 'ok  ' : 'FAIL'} ${check.padEnd(10)} ${finding.detail}`);
  }
  const failed = findings.filter(({ status }) => status === 'failed').map(({ check }) => check);
  if (given.json)
    console.log(JSON.stringify({ status: failed.length > 0 ? 'failed' : 'ok', checks: findings }));
  if (failed.length > 0) throw new CommandError(`Not well: ${failed.join(', ')}`);
}

async function outcome(
  check: string,
  examine: (examination: Examination) => Promise<string>,
  examination: Examination,
): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    return { check, status: 'ok', detail: await Promise.race([examine(examination), late]) };
  } catch (error) {
    return { check, status: 'failed', detail: reason(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** fetch hides what went wrong in `cause`, and a refused connection may have no message at all. */
function reason(error: unknown): string {
  const { message, cause, code } = error as Error & { cause?: Error; code?: string };
  return (cause ? reason(cause) : message) || code || String(error);
}
