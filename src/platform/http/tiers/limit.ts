/** A limit that applies to one request. */
export interface Limit {
  /** The name in RateLimit and RateLimit-Policy. */
  name: string;
  /** The key that is counted. */
  key: string;
  max: number;
  /** After a rejection, further requests are rejected for a moment before their body is read: see `refuseHeld`. */
  isHeld?: boolean;
}
