/**
 * A group of receivers that share their settings, their label in the metrics and their entry in /health/details. The
 * feature that calls them declares it as a constant.
 */
export interface Target {
  /** Lowercase words with hyphens, for example `mail`. */
  name: string;
  /**
   * Who chose the addresses. `inside`: the operator, and the receiver is a service of the same deployment, which
   * receives SERVICE_TOKEN. `outside`: the operator, and the receiver belongs to others. `given`: users, so each
   * address is checked, and each receiver has its own circuit breaker and its own share of concurrent calls.
   */
  addresses: 'inside' | 'outside' | 'given';
  /** The number of calls at the same time. Default: 20. */
  concurrency?: number;
  /** The number of calls that can wait for one of them. Further calls fail with `busy`. Default: 100. */
  waiting?: number;
}
