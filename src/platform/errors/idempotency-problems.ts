import { BadRequest, Conflict, Problem } from './problem.js';

export class InvalidIdempotencyKey extends BadRequest {
  static override readonly code = 'invalid_idempotency_key';
  static override readonly title = 'Idempotency-Key cannot be read';
  constructor() {
    super('Idempotency-Key must be 1 to 255 visible ASCII characters, with or without double quotes');
  }
}

export class IdempotencyKeyInUse extends Conflict {
  static override readonly code = 'idempotency_key_in_use';
  static override readonly title = 'A request with this key is still running';
  override readonly retryAfter = 1;
  constructor() {
    super('A request with this Idempotency-Key is still running: try again in a moment for its answer');
  }
}

export class IdempotencyKeyReused extends Problem {
  static override readonly status = 422;
  static override readonly code = 'idempotency_key_reused';
  static override readonly title = 'The key was used for another request';
  constructor() {
    super('This Idempotency-Key came with another request within 24 h: take a new key for a new request');
  }
}
