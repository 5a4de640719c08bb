import { availableParallelism } from 'node:os';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { compare as compareBcrypt } from 'bcrypt';
import pLimit from 'p-limit';
import { authSettings } from './auth.settings.js';
import type { FieldFault } from '../platform/errors/problem.js';
import { ValidationFailed } from '../platform/errors/request-problems.js';
import { Busy } from '../platform/errors/server-problems.js';
import { UsersService } from '../users/users.service.js';
import { isCommon } from './common-passwords.js';
import { argon2idOf, bcryptOf } from './even-cost.js';

/** OWASP ASVS 5.0, appendix C: argon2id with t=1, m >= 46 MiB, p=1. Measured: about 76 hashes/s on 2 cores. */
const ARGON2ID = {
  algorithm: Algorithm.Argon2id,
  memoryCost: 46 * 1024,
  timeCost: 1,
  parallelism: 1,
} as const;
const PREFIX = '$argon2id$v=19$m=47104,t=1,p=1$';

/** About five seconds of hashing. Further callers receive 503 immediately. */
const MOST_WAITING = 400;

/** Hashes and verifies passwords on worker threads, with as many hashes at the same time as there are cores. */
@Injectable()
export class Passwords {
  private readonly limit = pLimit(availableParallelism());

  constructor(
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    private readonly users: UsersService,
  ) {}

  /**
   * Checks a password that a user has chosen.
   * @param path the field that contains the password, for the problem document
   * @param known what others know about the account, such as its email address
   * @throws ValidationFailed if the password is shorter than PASSWORD_MIN_LENGTH, or among those that attackers
   * guess first
   */
  async checkChosen(password: string, path: string, known: string[] = []): Promise<void> {
    const least = this.config.PASSWORD_MIN_LENGTH;
    if ([...password].length < least) {
      throw refused({ path, code: 'too_small', message: `must have at least ${least} characters` });
    }
    if (await isCommon(password, known)) {
      const message =
        'is on the list of common passwords that attackers try first. Choose several unrelated words';
      throw refused({ path, code: 'too_common', message });
    }
  }

  /** @throws Busy */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normalize(password), ARGON2ID));
  }

  /**
   * Tells whether the password matches. A wrong password takes the same time for every stored hash and without one
   * (null), and the same steps in the same order, so that the response time does not reveal which accounts exist.
   * @throws Busy
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    return this.inTurn(async () => {
      const first = argon2idOf(stored);
      if ((await match(first, password)) && first === stored) return true;
      for (const hashed of bcryptOf(stored, await this.users.dearestBcryptCost()))
        if ((await match(hashed, password)) && hashed === stored) return true;
      return false;
    });
  }

  /** Tells whether the next login must replace the hash, because it uses bcrypt or outdated parameters. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(PREFIX);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= MOST_WAITING) throw new Busy();
    return this.limit(work);
  }
}

const refused = (fault: FieldFault) => new ValidationFailed([fault]);

/** The same password can be encoded differently by two keyboards (NIST SP 800-63B-4, 3.1.1.2). */
const normalize = (password: string) => password.normalize('NFC');

const match = (stored: string, password: string): Promise<boolean> =>
  stored.startsWith('$2') ? compareBcrypt(password, stored) : verify(stored, normalize(password));
