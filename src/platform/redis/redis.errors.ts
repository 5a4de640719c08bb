/** Redis is not in use, did not respond in time, or refused the command. The caller continues without it. */
export class RedisUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Redis: ${reason}`, options);
    this.name = 'RedisUnavailable';
  }
}
