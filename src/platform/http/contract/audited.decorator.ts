import { ApiExtension } from '@nestjs/swagger';

/** What the document tells about a write: the actions of its entries in the audit log, or why it has none. */
export interface AuditOfRoute {
  actions?: string[];
  reason?: string;
}

/** Declares the actions that the write records. Every write of the API has either this or `NotAudited`. */
export const Audited = (...actions: [string, ...string[]]) =>
  ApiExtension('x-audit', { actions } satisfies AuditOfRoute);

/** Declares why the write records nothing. */
export const NotAudited = (reason: string) => ApiExtension('x-audit', { reason } satisfies AuditOfRoute);
