import { describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '../errors/server-problems.js';
import { isAnswer, sayFault } from './session-faults.js';

const fault = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe('a database that cannot be used', () => {
  it.each([
    ['28P01', 'rejects the login of this process (SQLSTATE 28P01); check DATABASE_URL'],
    ['28000', 'rejects the login of this process (SQLSTATE 28000); check DATABASE_URL'],
    ['3D000', 'does not have the database of this process (SQLSTATE 3D000); check DATABASE_URL'],
    [
      '42501',
      'does not give this process the required permissions (SQLSTATE 42501); check the roles of the database',
    ],
    [
      '53300',
      'has no free connection for this process (SQLSTATE 53300); check max_connections and DATABASE_POOL_MAX',
    ],
    ['55000', 'does not accept connections to the database of this process (SQLSTATE 55000)'],
    ['53200', 'cannot run statements (SQLSTATE 53200)'],
  ])('responds with %s, and what it does is said', (code, sentence) => {
    const error = fault('the secret name of a user', code);
    expect([isAnswer(error), sayFault(error)]).toEqual([true, sentence]);
    expect(sayFault(new DatabaseUnavailable(error))).toBe(sentence);
  });

  it.each([
    [fault('x', '57P03'), 'is starting up or shutting down (SQLSTATE 57P03)'],
    [fault('x', '57P01'), 'has ended the connection (SQLSTATE 57P01)'],
    [fault('x', '08006'), 'has ended the connection (SQLSTATE 08006)'],
    [fault('connect ECONNREFUSED 10.0.0.1:5432', 'ECONNREFUSED'), 'does not respond'],
    [fault('x', 'EPIPE'), 'does not respond'],
    [fault('Connection terminated unexpectedly'), 'does not respond'],
    [
      fault('x', 'CERT_HAS_EXPIRED'),
      'has a certificate that this process does not accept; check DATABASE_SSL_CA',
    ],
    [fault('The server does not support SSL connections'), 'does not support TLS; check DATABASE_SSL_MODE'],
    [new DatabaseUnavailable(), 'does not respond'],
    [undefined, 'does not respond'],
  ])('is silent or going: %s', (error, sentence) => {
    expect([isAnswer(error), sayFault(error)]).toEqual([false, sentence]);
  });
});
