/**
 * Why a call returned no response. They are values of the label `outcome` and do not change.
 * - `refused`: the address is not allowed; nothing was sent to it
 * - `timeout`: there was no complete response before the deadline
 * - `connection`: the name did not resolve, or the connection failed or broke
 * - `invalid_response`: the response is not HTTP, or its headers are too large
 * - `too_large`: the body of the response exceeds `maxBytes`
 * - `too_many_redirects`: the receiver redirected more often than allowed
 * - `circuit_open`: the receiver failed before; the call was not attempted
 * - `busy`: too many calls to this receiver wait already; the call was not attempted
 * - `cancelled`: the caller ended the call
 * - `invalid_request`: the call itself is wrong
 */
export type FaultKind =
  | 'refused'
  | 'timeout'
  | 'connection'
  | 'invalid_response'
  | 'too_large'
  | 'too_many_redirects'
  | 'circuit_open'
  | 'busy'
  | 'cancelled'
  | 'invalid_request';

export interface FaultFacts {
  /** The error code of the system, of the resolver or of TLS, for example ECONNREFUSED. */
  code?: string;
  cause?: unknown;
}

/**
 * A call to another service returned no usable response. The message is a sentence that users may see. It contains no
 * address that a name resolved to, and no part of the URL after the port.
 */
export class OutboundFault extends Error {
  readonly code?: string;
  /** The status of the response, if its headers arrived. The service client sets it, like the next two. */
  status?: number;
  attempts = 0;
  durationMs = 0;

  constructor(
    readonly kind: FaultKind,
    message: string,
    { code, cause }: FaultFacts = {},
  ) {
    super(message, { cause });
    this.name = 'OutboundFault';
    this.code = code;
  }
}

/** Why an address that a user gave is not allowed. */
export type Refusal =
  'form' | 'scheme' | 'user_info' | 'spelling' | 'port' | 'host' | 'address' | 'downgrade' | 'unknown_host';

/** Each is the predicate of a sentence about the URL. */
const WHY: Record<Refusal, string> = {
  form: 'must be an absolute URL such as https://hooks.example.com/galley, of at most 2,000 characters without spaces, backslashes and control characters',
  scheme: 'must begin with http:// or https://',
  user_info: 'must not contain a user name or a password',
  spelling:
    'must contain the host in its usual spelling: an IPv4 address as four decimal numbers, a name without a dot at its end',
  port: 'must use port 80, 443 or a port from 1024 to 65535',
  host: 'must contain the full name of a host or an IP address, and not localhost',
  address: 'must lead to a public address; private, reserved and local addresses are not allowed',
  downgrade: 'must not redirect from https to http',
  unknown_host: 'must contain the name of a host that exists',
};

/** An address that a user gave is not allowed. Nothing was sent to it. */
export class AddressRefused extends OutboundFault {
  constructor(readonly reason: Refusal) {
    super('refused', `The URL ${WHY[reason]}.`, { code: reason });
    this.name = 'AddressRefused';
  }

  /** The predicate of a sentence about the URL, without a full stop. */
  get predicate(): string {
    return WHY[this.reason];
  }
}
