import { BadRequest, type FieldFault } from '../errors/problem.js';
import type { AddressRefused, Refusal } from './outbound-fault.js';

/** OUTBOUND_ALLOW permits other places, but no other form of a URL. */
const PLACES: ReadonlySet<Refusal> = new Set(['port', 'host', 'address']);

/** The URL that a request contains leads to a place that this server does not call. */
export class UrlNotAllowed extends BadRequest {
  static override readonly code = 'url_not_allowed';
  static override readonly title = 'The URL is not allowed';
  static readonly advice =
    'Use an http or https URL with a public host and port 80, 443 or 1024 to 65535. For a receiver in the network of the server, ask the operator to add it to `OUTBOUND_ALLOW`.';
  override readonly errors: FieldFault[];

  /** @param path the field of the request that contains the URL */
  constructor(path: string, { reason, predicate }: AddressRefused) {
    const isPlace = PLACES.has(reason);
    super(`${path} ${predicate}.${isPlace ? ' The operator can allow receivers with OUTBOUND_ALLOW.' : ''}`);
    this.errors = [{ path, code: reason, message: predicate }];
  }
}
