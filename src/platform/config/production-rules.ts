import type { ConfigFault } from './config.errors.js';
import type { Environment } from './environment.schema.js';

/** What staging and production want beyond well-formed values. */
export function productionFaults(parsed: Partial<Environment>, already: ConfigFault[]): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const want = (ok: boolean, variable: string, message: string) => {
    if (!ok && !already.some((fault) => fault.variable.startsWith(variable)))
      faults.push({ variable, message });
  };
  want(!!parsed.DATABASE_URL, 'DATABASE_URL', 'is required in production (or DB_HOST and its parts)');
  want(!!parsed.JWT_SECRET, 'JWT_SECRET', 'is required in production (openssl rand -base64 48)');
  want(
    !!parsed.JWT_REFRESH_SECRET,
    'JWT_REFRESH_SECRET',
    'is required in production (openssl rand -base64 48)',
  );
  want(
    !parsed.JWT_SECRET || parsed.JWT_SECRET !== parsed.JWT_REFRESH_SECRET,
    'JWT_REFRESH_SECRET',
    'equals JWT_SECRET: it must be a secret of its own',
  );
  want(
    !!parsed.REDIS_URL || parsed.GALLEY_SINGLE_PROCESS === true,
    'REDIS_URL',
    'is required in production; GALLEY_SINGLE_PROCESS=true promises that only one process runs',
  );
  want(
    !parsed.REDIS_URL || new URL(parsed.REDIS_URL).password !== '',
    'REDIS_URL',
    'has no password, which production requires',
  );
  want(
    parsed.METRICS_ENABLED === false || !!parsed.METRICS_TOKEN,
    'METRICS_TOKEN',
    'is required in production, or METRICS_ENABLED=false',
  );
  return faults;
}
