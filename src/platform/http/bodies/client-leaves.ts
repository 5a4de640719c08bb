import type { FastifyReply } from 'fastify';

/** Aborted with `reason` when the connection closes before the answer went out. */
export function whenClientLeaves({ raw }: FastifyReply, reason: Error): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    if (!raw.writableFinished) controller.abort(reason);
  };
  if (raw.closed) end();
  else raw.once('close', end);
  return controller.signal;
}
