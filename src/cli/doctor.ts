import { type AppConfig, loadConfig } from '../settings.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { within } from '../platform/deadline/deadline.js';
import { openDatabase } from '../platform/database/open-database.js';
import { CommandError } from './command-error.js';
import { CHECKS, type Examination } from './doctor-checks.js';
import { collectGarbageSooner } from './small-heap.js';

/** Longer than any part may take to respond, and shorter than the timeout of the callers of this command. */
const CHECK_TIMEOUT_MS = 10_000;
/** It reads the whole log: 6 s for 200,000 entries on a busy machine. */
const AUDIT_TIMEOUT_MS = 600_000;

interface Options {
  /** The default is this machine with PORT. */
  url?: string;
  series?: string[];
  auditHead?: string[];
  json?: boolean;
}

interface Finding {
  check: string;
  status: 'ok' | 'failed';
  detail: string;
}

/**
 * Examines a running deployment from inside its network, as `helm test` does.
 * @throws CommandError if the URL is wrong, or if a check failed, after all checks have run
 */
export async function doctorCommand(given: Options): Promise<void> {
  if (given.url !== undefined) checkUrl(given.url);
  const database = await openDatabase(
    loadConfig(readEnvironment()),
    (message) => console.error(message),
    asItIs,
  );
  collectGarbageSooner(); // The audit log can have millions of entries.
  const findings = await examineAll(database.config, given).finally(() => database.release());
  const failed = findings.filter(({ status }) => status === 'failed').map(({ check }) => check);
  if (given.json)
    console.log(JSON.stringify({ status: failed.length > 0 ? 'failed' : 'ok', checks: findings }));
  if (failed.length > 0) throw new CommandError(`These checks failed: ${failed.join(', ')}`);
}

/** The output contains the URL, which is why it cannot contain a password. */
function checkUrl(given: string): void {
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new CommandError(
      '--url must be an http or https URL without a user name and a password, such as http://localhost:3000',
    );
}

/** Joins or starts the embedded database without changing its schema. */
const asItIs = () => Promise.resolve([]);

async function examineAll(
  config: AppConfig,
  { url = `http://localhost:${config.PORT}`, series = [], auditHead: auditHeads = [], json }: Options,
): Promise<Finding[]> {
  const examination = { config, url: url.replace(/\/+$/, ''), series, auditHeads };
  const findings: Finding[] = [];
  for (const [check, examine] of Object.entries(CHECKS)) {
    const finding = await outcome(check, examine, examination);
    findings.push(finding);
    if (!json)
      console.log(`${finding.status === 'ok' ? 'ok  ' : 'FAIL'} ${check.padEnd(10)} ${finding.detail}`);
  }
  return findings;
}

async function outcome(
  check: string,
  examine: (examination: Examination) => Promise<string>,
  examination: Examination,
): Promise<Finding> {
  try {
    const limitMs = check === 'audit' ? AUDIT_TIMEOUT_MS : CHECK_TIMEOUT_MS;
    return { check, status: 'ok', detail: await within(limitMs, examine(examination)) };
  } catch (error) {
    return { check, status: 'failed', detail: reason(error) };
  }
}

/**
 * Returns the reason of an error. fetch stores it in `cause`, and the error of a refused connection may have no
 * message.
 */
function reason(error: unknown): string {
  const { message, cause, code } = error as Error & { cause?: Error; code?: string };
  return (cause ? reason(cause) : message) || code || String(error);
}
