/** A request that is refused, with the reason for the person. */
export class Refusal extends Error {}
