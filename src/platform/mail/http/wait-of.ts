import type { ProviderAnswer } from './mail-provider.js';

/** Returns the seconds that an answer asks to wait: Retry-After (RFC 9110), or the Unix time in X-RateLimit-Reset. */
export function waitOf(answer: ProviderAnswer): number | undefined {
  const after = answer.header('retry-after');
  if (after !== undefined) return /^\d+$/.test(after) ? Number(after) : untilMs(Date.parse(after));
  const reset = answer.status === 429 ? answer.header('x-ratelimit-reset') : undefined;
  return reset !== undefined && /^\d+$/.test(reset) ? untilMs(Number(reset) * 1000) : undefined;
}

const untilMs = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : (ms - Date.now()) / 1000);
