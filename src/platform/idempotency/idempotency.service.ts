import { hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { type Bracket, Database, type Transaction } from '../database/database.js';
import type { Claim } from './claim.js';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from './idempotency.errors.js';
import { IdempotencyRepository, type StoredAnswer } from './idempotency.repository.js';
import { AlreadyAnswered, type RecordedAnswer } from './recorded-answer.js';
import { open, seal } from './sealed-box.js';

/**
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): the answer is
 * recorded in the transaction of the effect, so a crash leaves both or neither.
 */
@Injectable()
export class IdempotencyService {
  readonly fingerprintSecret: Buffer;
  private readonly sealingKey: Buffer;

  constructor(
    private readonly records: IdempotencyRepository,
    private readonly database: Database,
    config: Config,
  ) {
    const derive = (purpose: string) =>
      Buffer.from(hkdfSync('sha256', config.JWT_REFRESH_SECRET, '', purpose, 32));
    this.fingerprintSecret = derive('galley/idempotency/fingerprint/v1');
    this.sealingKey = derive('galley/idempotency/seal/v1');
  }

  /**
   * The answer to the first request with this key, or that of `work`. `secret`
   * answers (tokens) are stored sealed.
   * @returns the answer, and whether it was given before
   * @throws IdempotencyKeyReused, IdempotencyKeyInUse, and what `work` throws: a refusal leaves no record
   */
  async answer(
    claim: Claim,
    secret: boolean,
    work: () => Promise<RecordedAnswer>,
  ): Promise<{ answer: RecordedAnswer; replayed: boolean }> {
    const known = await this.records.find(claim);
    if (known) return { answer: this.recall(known, claim), replayed: true };
    try {
      return { answer: await this.database.bracketed(this.bracket(claim, secret), work), replayed: false };
    } catch (error) {
      if (error instanceof AlreadyAnswered) return { answer: error.answer, replayed: true };
      throw error;
    }
  }

  private bracket(claim: Claim, secret: boolean): Bracket<RecordedAnswer> {
    return {
      begin: async (tx: Transaction) => {
        if (!(await this.records.lock(claim, tx))) throw new IdempotencyKeyInUse();
        const known = await this.records.find(claim, tx); // answered between our first look and the lock
        if (known) throw new AlreadyAnswered(this.recall(known, claim));
      },
      finish: (tx, { status, headers, body }) => {
        const bytes =
          body === null ? null : secret ? seal(body, this.sealingKey, claim.id) : Buffer.from(body);
        const marked = secret ? { ...headers, sealed: 'true' } : headers;
        return this.records.insert(
          claim,
          { fingerprint: claim.fingerprint, status, headers: marked, body: bytes },
          tx,
        );
      },
    };
  }

  private recall({ fingerprint, status, headers, body }: StoredAnswer, claim: Claim): RecordedAnswer {
    if (!timingSafeEqual(fingerprint, claim.fingerprint)) throw new IdempotencyKeyReused();
    const { sealed, ...plain } = headers;
    if (body === null) return { status, headers: plain, body: null };
    return {
      status,
      headers: plain,
      body: sealed ? open(body, this.sealingKey, claim.id) : body.toString('utf8'),
    };
  }
}
