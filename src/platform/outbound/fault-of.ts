import { codeOf, messageOf } from '../errors/thrown.js';
import type { CallDeadline } from './call-deadline.js';
import { Unresolved } from './name-resolver.js';
import { type FaultKind, OutboundFault } from './outbound-fault.js';

const KINDS: Record<string, FaultKind> = {
  UND_ERR_HEADERS_OVERFLOW: 'invalid_response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'invalid_response',
  UND_ERR_INVALID_ARG: 'invalid_request',
  ERR_INVALID_URL: 'invalid_request',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
};

const MESSAGES: Partial<Record<FaultKind, string>> = {
  invalid_response: 'The response is not valid HTTP, or its headers are too large',
  invalid_request: 'The request is not valid HTTP',
  timeout: 'The connection could not be opened in time',
};

/** Returns the reason for the failure of a call. Messages of the system contain addresses, so only codes are used. */
export function faultOf(error: unknown, deadline: CallDeadline): OutboundFault {
  if (error instanceof OutboundFault) return error;
  if (deadline.isCancelled) return new OutboundFault('cancelled', 'The call was ended.', { cause: error });
  if (deadline.signal.aborted)
    return new OutboundFault('timeout', `There was ${messageOf(deadline.signal.reason)}.`, { cause: error });
  if (error instanceof Unresolved)
    return new OutboundFault('connection', `The name of the host does not resolve (${error.code}).`, {
      code: error.code,
      cause: error,
    });
  return ofCode(codeOf(error) ?? 'unknown', error);
}

function ofCode(code: string, cause: unknown): OutboundFault {
  const isParserError = (cause as Error | undefined)?.name === 'HTTPParserError';
  const kind = KINDS[code] ?? (isParserError ? 'invalid_response' : 'connection');
  const what = MESSAGES[kind] ?? 'The connection failed or broke';
  return new OutboundFault(kind, `${what} (${code}).`, { code, cause });
}
