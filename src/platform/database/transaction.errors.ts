/**
 * A statement ran outside of the transaction that it requires. This is a defect of the code: no request can cause it,
 * and no caller may catch it. Source: docs/decisions/0044-one-channel.md.
 */
export class OutsideTransaction extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} requires a transaction. Call it within Database.transaction`, { cause });
    this.name = 'OutsideTransaction';
  }
}

/** A statement was not awaited, and its transaction has ended. This is also a defect of the code. */
export class TransactionEnded extends Error {
  constructor() {
    super('The transaction of this statement has ended. Await every statement within its transaction');
    this.name = 'TransactionEnded';
  }
}
