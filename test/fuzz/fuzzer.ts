/** What a fuzzer is: a property of the product that random input is to break. */
import type fc from "fast-check";

export interface Fuzzer {
  /** As it is called on the command line: "fix", "import". */
  readonly name: string;
  /** What must hold, in a sentence. */
  readonly promise: string;
  /** How much of the usual number of inputs there are in a round; default: 1. */
  readonly share?: number;
  /** The property, made again for each round. It fails by throwing, as a test does. */
  property(): fc.IRawProperty<unknown>;
}
