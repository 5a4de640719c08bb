import { BadRequest, Conflict, Problem } from './problem.js';

export class InvalidIdempotencyKey extends BadRequest {
  static override readonly code = 'invalid_idempotency_key';
  static override readonly title = 'The Idempotency-Key header is not valid';
  static readonly advice = 'Use a UUID as the key.';
  constructor() {
    super(
      'Idempotency-Key must consist of 1 to 255 visible ASCII characters, with or without double quotes.',
    );
  }
}

export class IdempotencyKeyInUse extends Conflict {
  static override readonly code = 'idempotency_key_in_use';
  static override readonly title = 'A request with this key is in progress';
  static readonly advice =
    'Wait for the seconds in `Retry-After`, then repeat the request with the same key to get its result.';
  override readonly retryAfter = 1;
  constructor() {
    super(
      'Another request with this Idempotency-Key is in progress. Repeat this request in a moment to get its result.',
    );
  }
}

export class IdempotencyKeyReused extends Problem {
  static override readonly status = 422;
  static override readonly code = 'idempotency_key_reused';
  static override readonly title = 'The key was used for another request';
  static readonly advice =
    'Use a new key for each new request, and the same key only to repeat a request unchanged.';
  constructor() {
    super(
      'This Idempotency-Key was used for a different request in the last 24 hours. Use a new key for each new request.',
    );
  }
}
