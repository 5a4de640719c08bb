import { isNativeError } from 'node:util/types';
import type { Problem } from '../errors/problem.js';
import { DatabaseUnavailable, MalformedRequest } from '../errors/problems.js';

/** SQLSTATE classes and codes after which the same request may succeed in a moment. */
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

/** The problem for a database that did not answer or refused the text; undefined for all else. */
export function problemOfDatabase(error: unknown): Problem | undefined {
  if (!isNativeError(error)) return undefined;
  const code = sqlState(error);
  if (NOT_TEXT.includes(code))
    return new MalformedRequest('Text must not contain the character NUL (U+0000).');
  const passing =
    PASSING.some((pattern) => pattern.test(code)) || NETWORK.has(code) || MESSAGES.test(error.message);
  return passing ? new DatabaseUnavailable() : undefined;
}

/** Deadlock or serialization failure: the whole transaction may be tried again. */
export const isRetryable = (error: unknown): boolean =>
  isNativeError(error) && ['40P01', '40001'].includes(sqlState(error));

/** Did a statement break this constraint? The index decides a race that a look before would lose. */
export const violates = (error: unknown, constraint: string): boolean =>
  isNativeError(error) && (error as DatabaseError).constraint === constraint;

/** node-postgres gave up waiting (`query_timeout`); the server did not. */
export const isUnanswered = (error: unknown): boolean =>
  isNativeError(error) && error.message === 'Query read timeout';

/** The server ended the statement: it took longer than statement_timeout. */
export const isCanceled = (error: unknown): boolean => isNativeError(error) && sqlState(error) === '57014';

/** The server refused to write or to lock: no transaction is open that may. */
export const isReadOnly = (error: unknown): boolean => isNativeError(error) && sqlState(error) === '25006';
