/**
 * Defects of the code, which no request can cause and no caller may catch. A statement ran outside of the
 * transaction that it requires. Source: docs/decisions/0044-one-channel.md.
 */
export class OutsideTransaction extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} needs a transaction: call it within Database.transaction`, { cause });
    this.name = 'OutsideTransaction';
  }
}

/** A statement was not awaited, and its transaction has already ended. */
export class TransactionEnded extends Error {
  constructor() {
    super('The transaction of this statement has ended: await every statement within its transaction');
    this.name = 'TransactionEnded';
  }
}
