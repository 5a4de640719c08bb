import { isNativeError } from 'node:util/types';

interface ConnectionError {
  code?: string;
  message: string;
  /** The errors of a host name with several addresses, none of which responded. */
  errors?: Error[];
}

/** Network errors of Node; SQLSTATE class 28: authorization failed; 3D000: the database does not exist. */
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|28P01|28000|3D000)$/;

/** The OpenSSL errors for a certificate of an unknown authority. */
export const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT)$/;

/** The message of node-postgres, which has no code. */
export const NO_TLS = 'The server does not support SSL connections';

/** Returns why a connection to the database failed and which setting to check, or undefined for any other error. */
export function whyNotConnected(error: unknown): string | undefined {
  if (!isNativeError(error)) return undefined;
  const { code = '', message, errors } = error as ConnectionError;
  if (UNKNOWN_AUTHORITY.test(code))
    return 'The certificate of the database is signed by an unknown authority. Set DATABASE_SSL_CA to the certificate of that authority.';
  if (code === 'CERT_HAS_EXPIRED') return 'The certificate of the database has expired.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate of the database does not match the host name in DATABASE_URL: ${message}`;
  if (message === NO_TLS)
    return 'The database does not support TLS. Enable TLS in the database, or set DATABASE_SSL_MODE=disable on a private network.';
  if (UNREACHABLE.test(code))
    return `The database cannot be used: ${message || errors?.[0]?.message}. Check DATABASE_URL.`;
  return undefined;
}
