/** A reason not to go on that the caller can act on: it is shown without a stack. */
export class Refusal extends Error {}
