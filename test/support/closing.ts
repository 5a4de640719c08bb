type Close = () => unknown;

/** What a run has opened, and closes at its end in the reverse order. */
export class Closing {
  private readonly closes: Close[] = [];

  add(close: Close): void {
    this.closes.unshift(close);
  }

  /** Adds what is being opened. */
  async keep<T extends { stop: Close }>(opening: Promise<T>): Promise<T> {
    const opened = await opening;
    this.add(() => opened.stop());
    return opened;
  }

  /**
   * Closes everything, even if one of them fails.
   * @throws the first failure
   */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closes.splice(0))
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }
}
