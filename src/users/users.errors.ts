import { Conflict, NotFound } from '../platform/errors/problem.js';
import type { Id } from '../platform/schemas/schemas.js';

export class UserNotFound extends NotFound {
  static override readonly code = 'user_not_found';
  static override readonly title = 'User not found';
  constructor(id: Id) {
    super(`No user with the id ${id} exists, or you may not see it.`);
  }
}

export class EmailTaken extends Conflict {
  static override readonly code = 'email_taken';
  static override readonly title = 'The email address is taken';
  constructor() {
    super('An account with this email address already exists. Log in, or use another address.');
  }
}

export class LastAdmin extends Conflict {
  static override readonly code = 'last_admin';
  static override readonly title = 'The last active admin cannot be removed';
  constructor() {
    super('This account is the last active admin. Give another account the role `admin` first.');
  }
}
