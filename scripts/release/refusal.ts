/** A reason to stop that the caller can fix. It is printed without a stack. */
export class Refusal extends Error {}
