import { isNativeError } from 'node:util/types';
import type { Problem } from '../errors/problem.js';
import { MalformedRequest } from '../errors/request-problems.js';
import { DatabaseUnavailable } from '../errors/server-problems.js';

/** SQLSTATE classes and codes after which the same request can succeed soon. */
const PASSING = [
  /^08/,
  /^28/,
  /^3D000$/,
  /^55000$/,
  /^53/,
  /^57P0/,
  /^57014$/,
  /^55P03$/,
  /^25P0[34]$/,
  /^40/,
  /^58/,
];
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
]);
const MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|Driver not Connected|Cannot use a pool|is not established|Client was closed|already released/i;
const NOT_TEXT = ['22021', '22P05'];

interface DatabaseError {
  code?: string;
  constraint?: string;
  message: string;
}

const sqlState = (error: DatabaseError) => error.code ?? '';

/** Returns the problem for a database that did not respond or rejected the text, or undefined for any other error. */
export function problemOfDatabase(error: unknown): Problem | undefined {
  if (!isNativeError(error)) return undefined;
  const code = sqlState(error);
  if (NOT_TEXT.includes(code))
    return new MalformedRequest('Text must not contain the character NUL (U+0000).');
  const passing =
    PASSING.some((pattern) => pattern.test(code)) || NETWORK.has(code) || MESSAGES.test(error.message);
  return passing ? new DatabaseUnavailable() : undefined;
}

/** Tells whether the error is a deadlock or serialization failure, after which the transaction can be repeated. */
export const isRetryable = (error: unknown): boolean =>
  isNativeError(error) && ['40P01', '40001'].includes(sqlState(error));

/** Tells whether a statement violated this constraint. Only the index can decide between concurrent requests. */
export const violates = (error: unknown, constraint: string): boolean =>
  isNativeError(error) && (error as DatabaseError).constraint === constraint;

/**
 * Tells whether node-postgres stopped waiting for the response (`query_timeout`). The server may still run the
 * statement.
 */
export const isUnanswered = (error: unknown): boolean =>
  isNativeError(error) && error.message === 'Query read timeout';

/** Tells whether the server cancelled the statement, because it exceeded statement_timeout. */
export const isCanceled = (error: unknown): boolean => isNativeError(error) && sqlState(error) === '57014';

/** Tells whether the statement waited for a lock for longer than lock_timeout. */
export const isLockRefused = (error: unknown): boolean => isNativeError(error) && sqlState(error) === '55P03';

/** Tells whether the server rejected a write or a lock outside of a transaction. */
export const isReadOnly = (error: unknown): boolean => isNativeError(error) && sqlState(error) === '25006';
