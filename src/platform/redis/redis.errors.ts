/** Redis is not configured, did not respond in time, or rejected the command. The caller continues without it. */
export class RedisUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis: ${reason}`, options);
    this.name = 'RedisUnavailable';
  }
}
