import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { authSettings } from './auth.settings.js';
import type { Principal, Role } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { type Account, EmailTaken, UsersService } from '../users/users.service.js';
import { AccountDisabled, InvitationRequired, RegistrationClosed, WrongCredentials } from './auth.errors.js';
import type { ChangePassword, Login, Register } from './auth.schemas.js';
import { Passwords } from './passwords.js';
import { SessionsService, type Tokens } from './sessions.service.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    @InjectMetric('user_registrations_total') private readonly registrations: Counter,
    @InjectMetric('user_logins_total') private readonly logins: Counter,
  ) {}

  /** @throws RegistrationClosed, InvitationRequired, ValidationFailed, EmailTaken */
  async register({ email, password, name }: Register): Promise<Account> {
    if (this.config.REGISTRATION === 'closed') throw new RegistrationClosed();
    if (this.config.REGISTRATION === 'invite') throw new InvitationRequired();
    const account = await this.createAccount({ email, password, name, role: this.config.REGISTRATION_ROLE });
    this.registrations.inc();
    return account;
  }

  /** @throws ValidationFailed, EmailTaken */
  async createAccount({ email, password, name, role }: Register & { role: Role }): Promise<Account> {
    await this.passwords.checkChosen(password, 'password', [email]);
    // This check avoids an expensive hash. The unique index decides between concurrent requests.
    if (await this.users.findCredentials(email)) throw new EmailTaken();
    return this.users.create({ email, name, passwordHash: await this.passwords.hash(password), role });
  }

  /**
   * Creates a session, and replaces an outdated hash (imported bcrypt).
   * @throws WrongCredentials, AccountDisabled
   * @throws the errors of `admit`, which is called with the account before anything is changed
   */
  async login(
    { email, password }: Login,
    device: string | null,
    admit: (userId: Id) => Promise<void>,
  ): Promise<Tokens> {
    const account = await this.users.findCredentials(email);
    const right = await this.passwords.verify(account?.passwordHash ?? null, password);
    if (!account?.passwordHash || !right) throw new WrongCredentials();
    if (!account.active) throw new AccountDisabled();
    await admit(account.id);
    const { passwordHash: verified } = account;
    const renewed = this.passwords.isOutdated(verified) ? await this.passwords.hash(password) : undefined;
    const tokens = await this.sessions.begin(account.id, device, async () => {
      // The password may have been changed, or the account disabled, while the hash was computed.
      if (!(await this.users.confirmPassword(account.id, verified, renewed))) throw new WrongCredentials();
    });
    this.logins.inc();
    return tokens;
  }

  /**
   * Changes the password and ends all other sessions.
   * @throws WrongCredentials, ValidationFailed
   * @throws the errors of `admit`, which is called before anything is changed
   */
  async changePassword(
    { currentPassword, newPassword }: ChangePassword,
    by: Principal,
    admit: (userId: Id) => Promise<void>,
  ): Promise<void> {
    const { email, passwordHash: verified } = await this.users.findCredentialsOf(by.id);
    await this.passwords.checkChosen(newPassword, 'newPassword', email === null ? [] : [email]);
    const right = await this.passwords.verify(verified, currentPassword);
    if (verified === null || !right) throw new WrongCredentials();
    await admit(by.id);
    const hash = await this.passwords.hash(newPassword);
    await this.sessions.changePassword(by.id, by.sessionId, async () => {
      if (!(await this.users.confirmPassword(by.id, verified, hash))) throw new WrongCredentials();
    });
  }
}
