import { DatabaseUnavailable } from '../errors/server-problems.js';
import { codeOf, messageOf } from '../errors/thrown.js';
import { NO_TLS, UNKNOWN_AUTHORITY } from './connection-faults.js';

/** SQLSTATE. No code of PostgreSQL begins with E, and many codes of Node do. */
const SQLSTATE = /^(?!E)[0-9A-Z]{5}$/;
/** PostgreSQL shuts down, starts up or has lost the connection. Nothing can be answered until it has started. */
const GOING = /^(08|57P0)/;

/**
 * What PostgreSQL does, as the predicate of a sentence, and what to do about it. Anyone may read them, so they name no
 * user, database or address.
 */
const PREDICATES: [code: RegExp, predicate: string, advice?: string][] = [
  [/^28/, 'rejects the login of this process', 'check DATABASE_URL'],
  [/^3D000$/, 'does not have the database of this process', 'check DATABASE_URL'],
  [/^42501$/, 'does not give this process the required permissions', 'check the roles of the database'],
  [/^53300$/, 'has no free connection for this process', 'check max_connections and DATABASE_POOL_MAX'],
  [/^55000$/, 'does not accept connections to the database of this process'],
  [/^57P03$/, 'is starting up or shutting down'],
  [/^(08|57P0)/, 'has ended the connection'],
];
const CERTIFICATE = /^(CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)$/;

function sqlState(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && SQLSTATE.test(code) ? code : undefined;
}

/** Tells whether PostgreSQL itself sent the error and continues to serve others. Otherwise, it is silent or going. */
export function isAnswer(error: unknown): boolean {
  const code = sqlState(error);
  return code !== undefined && !GOING.test(code);
}

/** Returns the error of PostgreSQL or of the network behind a problem. */
export const causeOf = (error: unknown): unknown =>
  error instanceof DatabaseUnavailable ? error.cause : error;

/** Returns why this process cannot use PostgreSQL: a predicate of a sentence about it, which contains no secret. */
export function sayFault(error: unknown): string {
  const cause = causeOf(error);
  const code = sqlState(cause);
  if (code === undefined) return sayNetworkFault(cause);
  const [, predicate = 'cannot run statements', advice] =
    PREDICATES.find(([codes]) => codes.test(code)) ?? [];
  return `${predicate} (SQLSTATE ${code})${advice ? `; ${advice}` : ''}`;
}

function sayNetworkFault(error: unknown): string {
  const code = codeOf(error) ?? '';
  if (UNKNOWN_AUTHORITY.test(code) || CERTIFICATE.test(code))
    return 'has a certificate that this process does not accept; check DATABASE_SSL_CA';
  return messageOf(error) === NO_TLS ? 'does not support TLS; check DATABASE_SSL_MODE' : 'does not respond';
}
