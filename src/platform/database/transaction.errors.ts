/**
 * Defects of ours, which no request can cause and no caller may catch: each says that a statement
 * stands outside of the transaction that it needs. Source: docs/decisions/0044-one-channel.md.
 */
export class OutsideTransaction extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} needs a transaction: call it within Database.transaction`, { cause });
    this.name = 'OutsideTransaction';
  }
}

/** Somebody did not wait for a statement, and its transaction ended before. */
export class TransactionEnded extends Error {
  constructor() {
    super('The transaction of this statement has ended: await every statement within its transaction');
    this.name = 'TransactionEnded';
  }
}
