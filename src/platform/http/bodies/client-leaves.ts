import type { FastifyReply } from 'fastify';

/** Returns a signal that is aborted with `reason` if the connection closes before the response was sent. */
export function whenClientLeaves({ raw }: FastifyReply, reason: Error): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    if (!raw.writableFinished) controller.abort(reason);
  };
  if (raw.closed) end();
  else raw.once('close', end);
  return controller.signal;
}
