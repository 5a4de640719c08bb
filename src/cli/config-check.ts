import { InvalidConfig } from '../platform/config/config.errors.js';
import { type AppConfig, loadConfig, mistakenNames, redactedConfig } from '../settings.js';
import { readEnvironment, type Variables } from '../platform/config/read-environment.js';

/**
 * Prints the effective settings with secrets as `***`. If there are faults, prints all of them and exits with 78.
 * With `strict`, a name without an effect (misspelt, or of a feature that Galley does not have) is also a fault.
 */
export function configCheck({ strict = false }: { strict?: boolean } = {}): Promise<void> {
  const variables = readEnvironment();
  const { settings, warnings } = redactedConfig(checked(variables, strict), variables);
  for (const warning of warnings) console.error(`warning: ${warning}`);
  for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
  return Promise.resolve();
}

/** @throws InvalidConfig with all faults at once */
function checked(variables: Variables, strict: boolean): AppConfig {
  const mistakes = strict ? mistakenNames(variables) : [];
  try {
    const config = loadConfig(variables);
    if (mistakes.length === 0) return config;
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    const told = new Set(error.faults.map(({ variable }) => variable));
    throw new InvalidConfig([...error.faults, ...mistakes.filter(({ variable }) => !told.has(variable))]);
  }
  throw new InvalidConfig(mistakes);
}
