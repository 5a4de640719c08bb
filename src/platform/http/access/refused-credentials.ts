import { InvalidToken } from '../../errors/caller-problems.js';

/**
 * Returns the problem of credentials that do not identify a caller. It says how the client continues: a front end
 * with an expired token would otherwise lose what everyone may read.
 */
export function refusedCredentials(authorization: string, isPublic: boolean): InvalidToken {
  const [scheme = ''] = authorization.trim().split(/\s/, 1);
  const isBearer = scheme.toLowerCase() === 'bearer';
  const why = isBearer ? whyNoToken(authorization) : (WHY_NO_SCHEME[scheme.toLowerCase()] ?? OTHER_SCHEME);
  const anonymous = isPublic ? ' This endpoint also answers without the Authorization header.' : '';
  return new InvalidToken(`${why}${anonymous}`, isBearer);
}

const HEADER = 'Log in and send the header Authorization: Bearer <access token>.';
const OTHER_SCHEME = `The Authorization header must have the scheme Bearer. ${HEADER}`;
const WHY_NO_SCHEME: Partial<Record<string, string>> = {
  basic: `This server does not accept a user name and a password in the Authorization header (Basic). ${HEADER}`,
};

/** A script that has no token often sends the name of its empty value. */
const whyNoToken = (authorization: string): string =>
  /^\s*bearer(?:\s+(?:undefined|null|nan|\[object object\]))?\s*$/i.test(authorization)
    ? `The Authorization header contains no access token. ${HEADER}`
    : 'The access token is expired or revoked, or this server did not issue it. Refresh it or log in again.';
