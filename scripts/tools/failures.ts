/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a program that failed has written to standard error; why it did not start, where it wrote nothing. */
export function saidBy(error: unknown): string {
  const { stderr } = error as { stderr?: string | Buffer };
  return stderr?.toString() ?? messageOf(error);
}

interface NetworkFailure {
  name: string;
  message: string;
  cause?: { code?: string; message?: string };
}

/** What kept fetch from an answer: the network's own words, which it hides in the cause. */
export function networkFault(error: unknown): string {
  const { cause, message } = error as NetworkFailure;
  return cause?.message ?? message;
}

/** As `networkFault`, in one word: ECONNREFUSED, TimeoutError. */
export function networkCode(error: unknown): string {
  const { cause, name } = error as NetworkFailure;
  return cause?.code ?? name;
}
