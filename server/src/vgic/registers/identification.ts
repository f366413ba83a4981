/** The identification registers at the end of the GICv3 frames (IHI 0069, 12.2): all zero but for PIDR2. */

import type { Frame } from "../frame-table.ts";
import type { RegisterRow } from "./register-table.ts";
import { CONSTANT, ONE_WORD } from "./register-words.ts";

const NAMES = [
  "PIDR4",
  "PIDR5",
  "PIDR6",
  "PIDR7",
  "PIDR0",
  "PIDR1",
  "PIDR2",
  "PIDR3",
  "CIDR0",
  "CIDR1",
  "CIDR2",
  "CIDR3",
];
const ARCHITECTURE = "PIDR2";

/** The rows of a frame's identification registers. */
export function identificationRegisters(frame: Frame): RegisterRow[] {
  return NAMES.map((name, i) => {
    const value = name === ARCHITECTURE ? 0x3b : 0;
    return {
      ...ONE_WORD,
      frame,
      name: `${frame}_${name}`,
      title: name.startsWith("P")
        ? "Peripheral Identification Register"
        : "Component Identification Register",
      offset: 0xffd0 + 4 * i,
      fields: name === ARCHITECTURE ? [{ name: "ArchRev", high: 7, low: 4, doc: "3: GICv3." }] : [],
      reset: name === ARCHITECTURE ? "0x0000003b" : "0x00000000",
      guest: CONSTANT,
      user: CONSTANT,
      behaviour: { read: () => value },
      doc: name === ARCHITECTURE ? "The architecture version." : "Not implemented.",
    };
  });
}
