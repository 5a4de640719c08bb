import { Forbidden, Unauthorized } from '../platform/errors/problem.js';

export class WrongCredentials extends Unauthorized {
  static override readonly code = 'wrong_credentials';
  static override readonly title = 'The email address or password is incorrect';
  static readonly advice =
    'Ask the user to enter the email address and the password again. Each failure counts for the limit of logins.';
  constructor() {
    super('No account matches this email address and password. Check both and try again.');
  }
}

export class AccountDisabled extends Forbidden {
  static override readonly code = 'account_disabled';
  static override readonly title = 'The account is disabled';
  static readonly advice = 'Do not repeat the request. Ask an administrator to enable the account.';
  constructor() {
    super('An administrator has disabled this account.');
  }
}

export class InvalidRefreshToken extends Unauthorized {
  static override readonly code = 'invalid_refresh_token';
  static override readonly title = 'The refresh token is not valid';
  static readonly advice = 'Delete the stored tokens and ask the user to log in again.';
  constructor() {
    super('The refresh token is unknown, expired or revoked. Log in again.');
  }
}

/** An old token was used again, so an attacker may have it. The session ends, and this is committed. */
export class RefreshTokenReused extends Unauthorized {
  static override readonly code = 'refresh_token_reused';
  static override readonly title = 'The refresh token was already used';
  static readonly advice =
    'Delete the stored tokens and ask the user to log in again. Refresh in one place at a time, and store the new token before you use it.';
  override readonly commits = true;
  constructor() {
    super('This refresh token was already replaced, so its session has ended. Log in again.');
  }
}

export class RegistrationClosed extends Forbidden {
  static override readonly code = 'registration_closed';
  static override readonly title = 'Registration is closed';
  static readonly advice = 'Do not repeat the request. Ask an administrator to create an account.';
  constructor() {
    super('This deployment does not allow registration. Ask an administrator to create an account for you.');
  }
}

export class InvitationRequired extends Forbidden {
  static override readonly code = 'invitation_required';
  static override readonly title = 'An invitation is required';
  static readonly advice = 'Do not repeat the request. Ask an administrator for an invitation.';
  constructor() {
    super('This deployment requires an invitation to register. Ask an administrator to invite you.');
  }
}
