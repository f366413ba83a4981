/** GICD_IIDR: the one register that names the revision; the same in both distributors. */
import { readIidr, writeIidrByUser } from "./register-handlers.ts";
import type { RegisterRow } from "./register-table.ts";
import { READ_ONLY } from "./register-words.ts";

export const GICD_IIDR: RegisterRow = {
  frame: "GICD",
  size: 4,
  length: 4,
  bitsPerInterrupt: 0,
  widths: [4],
  name: "GICD_IIDR",
  title: "Distributor Implementer Identification Register",
  offset: 0x008,
  fields: [
    { name: "ProductID", high: 31, low: 24, doc: "0x4b: 'K'." },
    { name: "Variant", high: 19, low: 16, doc: "0." },
    { name: "Revision", high: 15, low: 12, doc: "The implementation revision of KVM's vGIC." },
    { name: "Implementer", high: 11, low: 0, doc: "0x43b: Arm." },
  ],
  reset: "0x4b00N43b with the host's default revision N",
  guest: READ_ONLY,
  user: { read: "as stored", write: "selects the revision if the host allows it, else EINVAL" },
  revisions: "It names the revision.",
  showsRevision: true,
  behaviour: { read: readIidr, userWrite: writeIidrByUser },
  shows: [],
  doc: "Names the behaviour that the guest sees. A VMM writes it back on the destination of a migration, before anything that stores groups.",
};
