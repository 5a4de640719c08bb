import type { Answer } from './writer.ts';

/** The results of a write. The process was killed during its first request. */
export interface KilledWrite {
  /** The response to the first request; undefined if the connection broke before it. */
  first: Answer | undefined;
  /** The response to the same request after the restart. */
  answer: Answer;
  /** The number of times that the write has had its effect by then. */
  effects: number;
  /** The response when the same request is sent once more. */
  again: Answer;
}

type Moment = 'before any effect' | 'after the effect, unanswered' | 'after the answer';

/** Returns when the process was killed. */
export function momentOf({ first, answer }: KilledWrite): Moment {
  if (first && first.status < 300) return 'after the answer';
  return answer.replayed ? 'after the effect, unanswered' : 'before any effect';
}

export function faultsOfWrite({ first, answer, effects, again }: KilledWrite): string[] {
  const faults: string[] = [];
  if (answer.status >= 300) faults.push(`the retry is ${answer.status} ${answer.text}`);
  if (effects !== 1) faults.push(`${effects} effects`);
  if (first && first.status >= 300) faults.push(`the first answer is ${first.status}`);
  if (first && (!answer.replayed || answer.text !== first.text))
    faults.push('the retry does not repeat the first answer');
  if (!again.replayed || again.text !== answer.text) faults.push('a third request is answered otherwise');
  return faults;
}
