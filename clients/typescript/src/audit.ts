import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type { AuditEntry } from './openapi.ts';

/** The audit log. */
export class Audit {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Lists who changed what, newest first. Requires the role `admin`. */
  list<const Given extends Query<'listAuditEntries'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Required<AuditEntry>, 'id', Given>> {
    return listOf(this.#http, '/admin/audit', query ?? {}, options);
  }
}
