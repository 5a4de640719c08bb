import type { ComposedMail } from '../composed-mail.js';
import type { MailOutcome } from '../mail-outcome.js';

/** A POST request to the API of a provider. */
export interface ProviderRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface ProviderAnswer {
  status: number;
  header(name: string): string | undefined;
  /** The start of the body. */
  text: string;
}

/** What a provider publishes about its API: how to ask it to send a message, and what its answers mean. */
export interface MailProvider {
  readonly name: string;
  request(mail: ComposedMail): ProviderRequest | Promise<ProviderRequest>;
  /** The outcome of an answer, or undefined if it says nothing that only this provider says. */
  outcome(answer: ProviderAnswer): MailOutcome | undefined;
}

/**
 * Sends a request and follows no redirect. The names of headers are in lower case.
 * @throws Error without an answer
 */
export type PostToProvider = (request: ProviderRequest) => Promise<ProviderAnswer>;
