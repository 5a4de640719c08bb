import { availableParallelism } from 'node:os';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { compare as compareBcrypt } from 'bcrypt';
import pLimit from 'p-limit';
import { authSettings } from './auth.settings.js';
import type { FieldFault } from '../platform/errors/problem.js';
import { Busy, ValidationFailed } from '../platform/errors/problems.js';
import { UsersService } from '../users/users.service.js';
import { isCommon } from './common-passwords.js';
import { fillersFor } from './even-cost.js';

/** OWASP ASVS 5.0, appendix C: argon2id with t=1, m >= 46 MiB, p=1. Measured: about 76 hashes/s on 2 cores. */
const ARGON2ID = {
  algorithm: Algorithm.Argon2id,
  memoryCost: 46 * 1024,
  timeCost: 1,
  parallelism: 1,
} as const;
const PREFIX = '$argon2id$v=19$m=47104,t=1,p=1$';

/** About five seconds of hashing. A caller who would wait longer gets 503. */
const MOST_WAITING = 400;

/** Hashes and verifies passwords on worker threads, as many at once as there are cores. */
@Injectable()
export class Passwords {
  private readonly limit = pLimit(availableParallelism());

  constructor(
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    private readonly users: UsersService,
  ) {}

  /**
   * @param path the field that holds the password, for the problem
   * @param known what others know of the account: its e-mail address is no password
   * @throws ValidationFailed when a chosen password is shorter than PASSWORD_MIN_LENGTH, or among the first to be guessed
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
   * Does the password match? A wrong one takes the same time whatever hash is stored, or none (null):
   * the time of an answer must not tell which accounts exist.
   * @throws Busy
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    return this.inTurn(async () => {
      if (stored !== null && (await match(stored, password))) return true;
      for (const filler of fillersFor(stored, await this.users.dearestBcryptCost()))
        await match(filler, password);
      return false;
    });
  }

  /** Imported bcrypt and former parameters are replaced at the next login. */
  isOutdated(stored: string): boolean {
    return !stored.startsWith(PREFIX);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= MOST_WAITING) throw new Busy();
    return this.limit(work);
  }
}

const refused = (fault: FieldFault) => new ValidationFailed([fault]);

/** One password typed on two keyboards is one password (NIST SP 800-63B-4, 3.1.1.2). */
const normalize = (password: string) => password.normalize('NFC');

const match = (stored: string, password: string): Promise<boolean> =>
  stored.startsWith('$2') ? compareBcrypt(password, stored) : verify(stored, normalize(password));
