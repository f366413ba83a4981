/** LEVEL_INFO: the VMM's view of the input lines of a GICv3 (KVM_DEV_ARM_VGIC_GRP_LEVEL_INFO). */
import { queueWord } from "../interrupts.ts";
import type { RegisterRow } from "./register-table.ts";

/** SGIs have no line. */
const PRIVATE_LINES = 0xffff0000;

export const LEVEL_INFO: RegisterRow = {
  frame: "LEVEL",
  name: "LEVEL_INFO",
  title: "Line levels of 32 interrupts",
  offset: 0,
  size: 4,
  length: 0x80,
  firstIndex: 0,
  bitsPerInterrupt: 1,
  widths: [],
  fields: [],
  reset: "0x00000000",
  guest: { read: "not reachable", write: "not reachable" },
  user: { read: "lines of level-sensitive interrupts", write: "assigns the lines, whatever the trigger" },
  behaviour: {
    read: (m, access, offset) => {
      const word = m.layout.bitWord(access.cpu, offset >>> 2);
      const { words } = m.state;
      return (words[m.layout.bits.line + word] & ~words[m.layout.bits.edge + word]) >>> 0;
    },
    write: (m, access, offset, value) => {
      const n = offset >>> 2;
      const word = m.layout.bitWord(access.cpu, n);
      const lines = n === 0 ? value & PRIVATE_LINES : value;
      m.state.setWord(m.layout.bits.line + word, lines);
      queueWord(m, word, lines);
      return undefined;
    },
  },
  shows: ["line", "edge"],
  doc: "Saves and restores the lines, which ISPENDR does not show the VMM. INTIDs beyond irqs read as zero.",
};
