/** A limit that applies to one request. */
export interface Limit {
  /** The name in RateLimit and RateLimit-Policy. */
  name: string;
  /** Who is counted. */
  key: string;
  max: number;
  /** Once it refused it does so for a moment before the body is read: see `refuseHeld`. */
  isHeld?: boolean;
}
