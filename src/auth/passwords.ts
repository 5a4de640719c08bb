import { availableParallelism } from 'node:os';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { compare as compareBcrypt } from 'bcrypt';
import pLimit from 'p-limit';
import { Config } from '../platform/config/config.js';
import type { FieldFault } from '../platform/errors/problem.js';
import { Busy, ValidationFailed } from '../platform/errors/problems.js';

/** OWASP ASVS 5.0, appendix C: argon2id with t=1, m >= 46 MiB, p=1. Measured: about 76 hashes/s on 2 cores. */
const ARGON2ID = {
  algorithm: Algorithm.Argon2id,
  memoryCost: 46 * 1024,
  timeCost: 1,
  parallelism: 1,
} as const;
const PREFIX = '$argon2id$v=19$m=47104,t=1,p=1$';

/** About five seconds of hashing: who would wait longer is told to come back. */
const MOST_WAITING = 400;

/** What a hash of nobody's password costs to verify: an unknown account must not answer sooner than a known one. */
const NOBODY = `${PREFIX}c29tZXNhbHRzb21lc2FsdA$3Z6XW1pQ6y2u0m1m7S2l0mZ0m9kq3i3mX4u8i0v7XyI`;

/** Hashes and verifies passwords on worker threads, as many at once as there are cores. */
@Injectable()
export class Passwords {
  private readonly limit = pLimit(availableParallelism());

  constructor(private readonly config: Config) {}

  /** @throws ValidationFailed when a chosen password is shorter than PASSWORD_MIN_LENGTH */
  checkChosen(password: string, path: string): void {
    if ([...password].length >= this.config.PASSWORD_MIN_LENGTH) return;
    const fault: FieldFault = {
      path,
      code: 'too_small',
      message: `must have at least ${this.config.PASSWORD_MIN_LENGTH} characters`,
    };
    throw new ValidationFailed([fault]);
  }

  /** @throws Busy */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normalize(password), ARGON2ID));
  }

  /**
   * Does the password match? Null stands for nobody's hash and takes as long.
   * @throws Busy
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const matches = await this.inTurn(() => match(stored ?? NOBODY, password));
    return stored !== null && matches;
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

/** One password typed on two keyboards is one password (NIST SP 800-63B-4, 3.1.1.2). */
const normalize = (password: string) => password.normalize('NFC');

const match = (stored: string, password: string): Promise<boolean> =>
  stored.startsWith('$2') ? compareBcrypt(password, stored) : verify(stored, normalize(password));
