import { Unavailable } from '../errors/problem.js';

export class EncryptionNotConfigured extends Unavailable {
  static override readonly code = 'encryption_not_configured';
  static override readonly title = 'The server has no key to encrypt secrets';
  static readonly advice =
    'Ask the operator to set `ENCRYPTION_KEY`, which `openssl rand -hex 32` generates, and to restart the server.';
  override readonly retryAfter = 60;
  constructor() {
    super(
      'This server has no ENCRYPTION_KEY, so it stores no secrets of webhooks. Ask the operator to set it, then repeat the request.',
    );
  }
}
