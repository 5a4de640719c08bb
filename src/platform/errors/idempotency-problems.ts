import { BadRequest, Conflict, Problem } from './problem.js';

export class InvalidIdempotencyKey extends BadRequest {
  static override readonly code = 'invalid_idempotency_key';
  static override readonly title = 'The Idempotency-Key header is not valid';
  constructor() {
    super(
      'Idempotency-Key must consist of 1 to 255 visible ASCII characters, with or without double quotes.',
    );
  }
}

export class IdempotencyKeyInUse extends Conflict {
  static override readonly code = 'idempotency_key_in_use';
  static override readonly title = 'A request with this key is in progress';
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
  constructor() {
    super(
      'This Idempotency-Key was used for a different request in the last 24 hours. Use a new key for each new request.',
    );
  }
}
