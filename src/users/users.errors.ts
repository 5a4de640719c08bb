import { Conflict, NotFound } from '../platform/errors/problem.js';
import type { Id } from '../platform/schemas/schemas.js';

export class UserNotFound extends NotFound {
  static override readonly code = 'user_not_found';
  static override readonly title = 'User not found';
  static readonly advice = 'Check the id. Only admins can read disabled accounts.';
  constructor(id: Id) {
    super(`No user with the id ${id} exists, or you may not see it.`);
  }
}

export class EmailTaken extends Conflict {
  static override readonly code = 'email_taken';
  static override readonly title = 'The email address is taken';
  static readonly advice = 'Ask the user to log in, or to use another address.';
  constructor() {
    super('An account with this email address already exists. Log in, or use another address.');
  }
}

export class LastAdmin extends Conflict {
  static override readonly code = 'last_admin';
  static override readonly title = 'The last active admin cannot be removed';
  static readonly advice = 'Give another account the role `admin`, then repeat the request.';
  constructor() {
    super('This account is the last active admin. Give another account the role `admin` first.');
  }
}
