import type { z } from 'zod';
import type { ProviderAnswer } from './mail-provider.js';

/** Returns the body of an answer, or undefined if it has another form. */
export function bodyOf<T extends z.ZodType>(schema: T, { text }: ProviderAnswer): z.output<T> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
