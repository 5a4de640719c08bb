import { Forbidden, Unauthorized } from '../platform/errors/problem.js';

export class WrongCredentials extends Unauthorized {
  static override readonly code = 'wrong_credentials';
  static override readonly title = 'The email address or password is incorrect';
  constructor() {
    super('No account matches this email address and password. Check both and try again.');
  }
}

export class AccountDisabled extends Forbidden {
  static override readonly code = 'account_disabled';
  static override readonly title = 'The account is disabled';
  constructor() {
    super('An administrator has disabled this account.');
  }
}

export class InvalidRefreshToken extends Unauthorized {
  static override readonly code = 'invalid_refresh_token';
  static override readonly title = 'The refresh token is not valid';
  constructor() {
    super('The refresh token is unknown, expired or revoked. Log in again.');
  }
}

/** An old token was used again, so an attacker may have it. The session ends, and this is committed. */
export class RefreshTokenReused extends Unauthorized {
  static override readonly code = 'refresh_token_reused';
  static override readonly title = 'The refresh token was already used';
  override readonly commits = true;
  constructor() {
    super('This refresh token was already replaced, so its session has ended. Log in again.');
  }
}

export class RegistrationClosed extends Forbidden {
  static override readonly code = 'registration_closed';
  static override readonly title = 'Registration is closed';
  constructor() {
    super('This deployment does not allow registration. Ask an administrator to create an account for you.');
  }
}

export class InvitationRequired extends Forbidden {
  static override readonly code = 'invitation_required';
  static override readonly title = 'An invitation is required';
  constructor() {
    super('This deployment requires an invitation to register. Ask an administrator to invite you.');
  }
}
