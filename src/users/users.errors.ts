import { Conflict, NotFound } from '../platform/errors/problem.js';
import type { Id } from '../platform/schemas/schemas.js';

export class UserNotFound extends NotFound {
  static override readonly code = 'user_not_found';
  static override readonly title = 'No such user';
  constructor(id: Id) {
    super(`There is no user ${id}`);
  }
}

export class EmailTaken extends Conflict {
  static override readonly code = 'email_taken';
  static override readonly title = 'The e-mail address is taken';
  constructor() {
    super('An account with this e-mail address exists already');
  }
}

export class LastAdmin extends Conflict {
  static override readonly code = 'last_admin';
  static override readonly title = 'The last admin stays';
  constructor() {
    super('This is the last active admin: make another one first');
  }
}
