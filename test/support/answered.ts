import type { Answer, Call } from './client.js';

/**
 * Repeats a request until the database answers it in time. A request waits at most 1.5 s for a row that others have
 * locked, and on a busy machine many requests for one row take longer. Such a request has changed nothing, so the
 * numbers of the other answers remain exact.
 */
export async function answered(send: () => Call): Promise<Answer> {
  for (;;) {
    const answer = await send();
    if (answer.body?.code !== 'database_unavailable') return answer;
  }
}
