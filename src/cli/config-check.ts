import { loadConfig } from '../platform/config/load-config.js';
import { readEnvironment } from '../platform/config/read-environment.js';
import { redactedConfig } from '../platform/config/redacted-config.js';

/** Prints every setting as it counts, secrets as `***`; exits 78 with all faults when there are any. */
export function configCheck(): Promise<void> {
  const variables = readEnvironment();
  const { settings, warnings } = redactedConfig(loadConfig(variables), variables);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
  return Promise.resolve();
}
