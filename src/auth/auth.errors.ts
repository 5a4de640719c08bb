import { Forbidden, Unauthorized } from '../platform/errors/problem.js';

export class WrongCredentials extends Unauthorized {
  static override readonly code = 'wrong_credentials';
  static override readonly title = 'E-mail address or password is wrong';
  constructor() {
    super('No account has this e-mail address and password');
  }
}

export class AccountDisabled extends Forbidden {
  static override readonly code = 'account_disabled';
  static override readonly title = 'The account is disabled';
  constructor() {
    super('This account was disabled by an administrator');
  }
}

export class InvalidRefreshToken extends Unauthorized {
  static override readonly code = 'invalid_refresh_token';
  static override readonly title = 'The refresh token is not valid';
  constructor() {
    super('The refresh token is unknown, expired or revoked: log in again');
  }
}

/** An old token came back: somebody else may hold it, so the session ends, and that is committed. */
export class RefreshTokenReused extends Unauthorized {
  static override readonly code = 'refresh_token_reused';
  static override readonly title = 'The refresh token was used before';
  override readonly commits = true;
  constructor() {
    super('This refresh token was replaced before; its session has ended: log in again');
  }
}

export class RegistrationClosed extends Forbidden {
  static override readonly code = 'registration_closed';
  static override readonly title = 'Registration is closed';
  constructor() {
    super('Accounts are made by an administrator here');
  }
}

export class InvitationRequired extends Forbidden {
  static override readonly code = 'invitation_required';
  static override readonly title = 'An invitation is required';
  constructor() {
    super('Accounts are made by invitation here');
  }
}
