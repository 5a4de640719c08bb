/** What a process knows about the generation of a tag. */
export interface KnownGeneration {
  /** Undefined if this process has renewed it and not yet read it again. */
  generation: string | undefined;
  /** True if Redis has it. Otherwise it belongs to this process, which could not ask Redis. */
  isShared: boolean;
  /** The end in milliseconds of performance.now(). */
  until: number;
  /** The time at which Redis was last told to keep it. */
  extendedAt: number;
  /** True if a caller has requested it since it was read or confirmed. */
  isAsked: boolean;
  /** The number of the change of this table that created it. */
  change: number;
}

export const isBelieved = (
  known: KnownGeneration | undefined,
  now: number,
): known is KnownGeneration & { generation: string } => known?.generation !== undefined && known.until >= now;
