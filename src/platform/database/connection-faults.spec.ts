import { describe, expect, it } from '@jest/globals';
import { whyNotConnected } from './connection-faults.js';

const fault = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe('a connection that does not come about', () => {
  it.each([
    [
      fault('unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      /Set DATABASE_SSL_CA to the certificate/,
    ],
    [
      fault('self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'),
      /Set DATABASE_SSL_CA to the certificate/,
    ],
    [
      fault('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
      /Set DATABASE_SSL_CA to the certificate/,
    ],
    [
      fault("Host: db1. is not in the cert's altnames: DNS:db", 'ERR_TLS_CERT_ALTNAME_INVALID'),
      /does not match the host name in DATABASE_URL: Host: db1/,
    ],
    [fault('certificate has expired', 'CERT_HAS_EXPIRED'), /has expired/],
    [fault('The server does not support SSL connections'), /DATABASE_SSL_MODE=disable/],
    [fault('password authentication failed for user "x"', '28P01'), /for user "x"\. Check DATABASE_URL/],
    [
      Object.assign(new AggregateError([fault('connect ECONNREFUSED ::1:5432')]), { code: 'ECONNREFUSED' }),
      /ECONNREFUSED ::1:5432\. Check DATABASE_URL/,
    ],
  ])('%s names the setting to look at', (error, sentence) => {
    expect(whyNotConnected(error)).toMatch(sentence);
  });

  it('says nothing of what is no fault of a connection', () => {
    expect(whyNotConnected(fault('relation "posts" does not exist', '42P01'))).toBeUndefined();
    expect(whyNotConnected('text')).toBeUndefined();
  });
});
