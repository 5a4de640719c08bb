import { isRetryable } from './database-problems.js';
import type { PooledConnection } from './pooled-connection.js';
import { TransactionEnded } from './transaction.errors.js';

/** Statements that must be in the same transaction as the effect of a request. */
export interface Bracket<T> {
  /** Runs the first statements of the transaction. If it throws, the transaction is rolled back. */
  begin(): Promise<void>;
  /** Runs the last statements, after the work. If it throws, the transaction is rolled back. */
  finish(result: T): Promise<void>;
}

/** A callback that runs after a commit. */
export type Following = () => Promise<void>;

/** One transaction and its callbacks. The first statement opens it, and the creator of the unit ends it. */
export class UnitOfWork {
  private connection: PooledConnection | undefined;
  private waiting: Following[] = [];
  private due: Following[] = [];
  private ended = false;

  constructor(private readonly bracket?: Bracket<unknown>) {}

  /**
   * The connection on which statements of this unit run, or undefined if no transaction is open yet. After the end
   * of the unit, it throws.
   */
  get present(): PooledConnection | undefined {
    return this.connection;
  }

  /** Opens the transaction and runs the first work in it. If that can be repeated, everything has been rolled back. */
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

  /** @returns false if the unit has ended, so that there is no commit to wait for */
  follow(work: Following): boolean {
    if (!this.ended) this.waiting.push(work);
    return !this.ended;
  }

  /** Runs `work` so that everything that it does is undone if it throws. The transaction must be open. */
  async part<T>(work: () => Promise<T>): Promise<T> {
    const { length } = this.waiting;
    await this.connection?.beginPart();
    try {
      const result = await work();
      await this.connection?.endPart();
      return result;
    } catch (error) {
      this.waiting.length = length;
      await this.connection?.undoPart();
      throw error;
    }
  }

  /** The server may have executed a commit that it did not answer. The callbacks run in both cases. */
  async commit(): Promise<void> {
    this.due = this.waiting;
    this.waiting = [];
    await this.connection?.commit();
  }

  async rollback(): Promise<void> {
    this.waiting = [];
    await this.connection?.rollback();
  }

  /**
   * Returns the connection to the pool.
   * @returns the callbacks to run if there was a commit
   */
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
