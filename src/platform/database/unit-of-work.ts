import { isRetryable } from './database-problems.js';
import type { PooledConnection } from './pooled-connection.js';
import { TransactionEnded } from './transaction.errors.js';

/** What has to stand in the same transaction as the effect of a request. */
export interface Bracket<T> {
  /** The first statements of the transaction; what it throws rolls it back. */
  begin(): Promise<void>;
  /** The last ones, after the work; what it throws rolls everything back. */
  finish(result: T): Promise<void>;
}

/** What follows a commit. */
export type Following = () => Promise<void>;

/** One transaction and what belongs to it. It is opened by the first that asks, and ended by whoever made the unit. */
export class UnitOfWork {
  private connection: PooledConnection | undefined;
  private waiting: Following[] = [];
  private due: Following[] = [];
  private ended = false;

  constructor(private readonly bracket?: Bracket<unknown>) {}

  /** Where statements of this unit run; undefined: no transaction is open yet. After the end it refuses them. */
  get present(): PooledConnection | undefined {
    return this.connection;
  }

  /** Opens the transaction and does the first work in it. Where it may be tried again, nothing of it is left. */
  async open<T>(connection: PooledConnection, work: () => Promise<T>): Promise<T> {
    if (this.ended) throw new TransactionEnded();
    this.connection = connection;
    let isOpen = false;
    try {
      await connection.begin();
      await this.bracket?.begin();
      isOpen = true;
      return await work();
    } catch (error) {
      if (!isOpen || isRetryable(error)) await this.abandon();
      throw error;
    }
  }

  /** @returns false when the unit has ended, and nothing of it is left to wait for */
  follow(work: Following): boolean {
    if (!this.ended) this.waiting.push(work);
    return !this.ended;
  }

  /** A commit that got no answer may have been carried out: what follows it is due either way. */
  async commit(): Promise<void> {
    this.due = this.waiting;
    this.waiting = [];
    await this.connection?.commit();
  }

  async rollback(): Promise<void> {
    this.waiting = [];
    await this.connection?.rollback();
  }

  /** Gives the connection back. @returns what follows the commit, if there was one */
  end(): Following[] {
    this.ended = true;
    this.connection?.release();
    return this.due;
  }

  private async abandon(): Promise<void> {
    await this.rollback();
    this.connection?.release();
    this.connection = undefined;
  }
}
