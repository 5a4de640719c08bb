import { AsyncLocalStorage } from 'node:async_hooks';

/** The request that the current code works for. Calls to other services carry it on. */
export interface RequestContext {
  requestId: string;
  /** 32 hex digits. */
  traceId: string;
  /** The header of the request, as it was sent. It is valid only if it contains the trace id. */
  traceparent?: unknown;
}

const current = new AsyncLocalStorage<RequestContext>();

/** Returns the context of the current request or job, or undefined outside of one. */
export const currentRequest = (): RequestContext | undefined => current.getStore();

/** Runs `work` outside of the current request, whoever caused it. */
export const outsideRequests = <T>(work: () => T): T => current.exit(work);

/** Runs `work` and everything that it awaits as a part of the request. */
export const withinRequest = <T>(context: RequestContext, work: () => T): T => current.run(context, work);
