/** A handler throws this to be tried again after its own pause, for example that of a Retry-After header. */
export class RetryLater extends Error {
  constructor(
    readonly seconds: number,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'RetryLater';
  }
}

/** A handler throws this if another attempt would be useless. The job is dead. */
export class GiveUp extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'GiveUp';
  }
}

/** This process did not renew its lease on the job in time, and another process has taken it. */
export class LeaseLost extends Error {
  constructor(name: string, id: string) {
    super(`Another process has taken the job ${name} ${id}`);
    this.name = 'LeaseLost';
  }
}
