import { hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { secretsSettings } from '../secrets/secrets.settings.js';
import { type Bracket, Database } from '../database/database.js';
import type { Claim } from './claim.js';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from '../errors/idempotency-problems.js';
import { IdempotencyRepository, type StoredAnswer } from './idempotency.repository.js';
import { AlreadyAnswered, type RecordedAnswer } from './recorded-answer.js';

/** The response to a write, and the part of it that is stored. */
export interface Done {
  view: unknown;
  record: RecordedAnswer;
}

/**
 * Implements Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07). The response is recorded in the
 * transaction of the effect, so that a crash leaves both or neither.
 */
@Injectable()
export class IdempotencyService {
  readonly fingerprintSecret: Buffer;

  constructor(
    private readonly records: IdempotencyRepository,
    private readonly database: Database,
    @Inject(secretsSettings.KEY) config: ConfigType<typeof secretsSettings>,
  ) {
    const purpose = 'galley/idempotency/fingerprint/v1';
    this.fingerprintSecret = Buffer.from(hkdfSync('sha256', config.JWT_REFRESH_SECRET, '', purpose, 32));
  }

  /**
   * Runs `work` for the first request with this key.
   * @returns the response of `work`, or for a later request the record of that response
   * @throws IdempotencyKeyReused, IdempotencyKeyInUse, and the errors of `work`, which leave no record
   */
  async once(claim: Claim, work: () => Promise<Done>): Promise<Done | { record: RecordedAnswer }> {
    const known = await this.records.find(claim);
    if (known) return { record: recall(known, claim) };
    try {
      return await this.database.bracketed(this.bracket(claim), work);
    } catch (error) {
      if (error instanceof AlreadyAnswered) return { record: error.answer };
      throw error;
    }
  }

  private bracket(claim: Claim): Bracket<Done> {
    return {
      begin: async () => {
        if (!(await this.records.lock(claim))) throw new IdempotencyKeyInUse();
        // Another request was completed between the first look-up and the lock.
        const known = await this.records.find(claim);
        if (known) throw new AlreadyAnswered(recall(known, claim));
      },
      finish: ({ record }) => this.records.insert(claim, record),
    };
  }
}

/** @throws IdempotencyKeyReused */
function recall({ fingerprint, ...answer }: StoredAnswer, claim: Claim): RecordedAnswer {
  if (!timingSafeEqual(fingerprint, claim.fingerprint)) throw new IdempotencyKeyReused();
  return answer;
}
