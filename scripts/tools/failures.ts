/** Returns the message of any thrown value. Release tools run without a build, so they cannot import it from src/. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns the standard error of a failed program, or the reason why it did not start if there is none. */
export function saidBy(error: unknown): string {
  const { stderr } = error as { stderr?: string | Buffer };
  return stderr?.toString() ?? messageOf(error);
}

interface NetworkFailure {
  name: string;
  message: string;
  cause?: { code?: string; message?: string };
}

/** Returns the network error of a failed fetch, which is in its cause. */
export function networkFault(error: unknown): string {
  const { cause, message } = error as NetworkFailure;
  return cause?.message ?? message;
}

/** Like `networkFault`, in one word: ECONNREFUSED, TimeoutError. */
export function networkCode(error: unknown): string {
  const { cause, name } = error as NetworkFailure;
  return cause?.code ?? name;
}
