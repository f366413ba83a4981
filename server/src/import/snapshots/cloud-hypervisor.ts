/**
 * cloud-hypervisor's state.json: a tree of components, of which the vGIC's holds the words that it saved, in the order
 * of its restore (hypervisor/src/kvm/aarch64/gic).
 */
import { orderOf } from "../../evaluate/managers.ts";
import type { Manager } from "../../program/manager.ts";
import type { Stretch } from "./guest-ram.ts";
import { member, membersOf, parseJson, unsigned, unsignedList } from "./json.ts";
import {
  callsInOrder,
  type ItsRegisters,
  itsRegisters,
  NotAsSpecified,
  priorityBitsOf,
  type Refusal,
  type Snapshot,
} from "./snapshot.ts";

interface Found {
  /** The vGIC's own state, as JSON. */
  readonly text: string;
  readonly versions: string;
  readonly manager: Manager;
}

/** Whether a JSON value is the tree of a cloud-hypervisor snapshot. */
export function isCloudHypervisor(state: unknown): boolean {
  return member(state, "snapshots") !== undefined;
}

/** The vGIC of a state.json. */
export function readCloudHypervisor(state: unknown): Snapshot | Refusal {
  const found = findGic(state);
  if ("refusal" in found) return found;
  const parsed = parseJson(found.text, "the vGIC's state");
  if (member(parsed, "MshvGicV2M") !== undefined) {
    return { refusal: "it is a cloud-hypervisor snapshot of a VM on Hyper-V, which has no KVM vGIC" };
  }
  const ram = memoryRanges(state);
  return { ...snapshotOf(member(parsed, "Kvm") ?? parsed, found), ...(ram === undefined ? {} : { ram }) };
}

/** Where the guest has memory, in the order of the file memory-ranges; undefined if the tree does not tell. */
function memoryRanges(state: unknown): Stretch[] | undefined {
  const data = ["snapshots", "memory-manager", "snapshot_data"].reduce(member, state);
  const leaf = member(data, "state") ?? member(member(data, "memory-manager-section"), "snapshot") ?? data;
  const found = Array.isArray(leaf) ? encoded(leaf, "", "cloud-hypervisor") : { text: leaf };
  if ("refusal" in found || typeof found.text !== "string") return undefined;
  const ranges = member(member(parseJson(found.text, "the memory manager's state"), "memory_ranges"), "data");
  if (!Array.isArray(ranges) || ranges.length === 0) return undefined;
  return ranges.map((range: unknown) => ({
    start: unsigned(member(range, "gpa"), 64, "gpa"),
    size: unsigned(member(range, "length"), 64, "length"),
  }));
}

const TREE = ["snapshots", "device-manager", "snapshots", "gic-v3-its", "snapshot_data"] as const;
const VERSIONIZE =
  "it is a snapshot of cloud-hypervisor v16 to v24, whose vGIC is in a binary format of its own (Versionize); restore it with that version, update, and take it again";

/** The vGIC's leaf, in each version's place and encoding. */
function findGic(state: unknown): Found | Refusal {
  const data = TREE.reduce(member, state);
  const text = member(data, "state");
  if (typeof text === "string") {
    const isTagged = /^\s*\{\s*"(?:Kvm|MshvGicV2M)"/.test(text);
    return isTagged
      ? { text, versions: "v46.0 or later", manager: "cloud-hypervisor" }
      : { text, versions: "v39.0 to v45.0", manager: "cloud-hypervisor-45" };
  }
  if (Array.isArray(data)) return encoded(data, "v29.0 to v38.0", "cloud-hypervisor-38");
  const sections = ["snapshots", "gic-v3-its", "snapshot_data", "gic-v3-its-section", "snapshot"].reduce(
    member,
    state,
  );
  if (Array.isArray(sections)) return encoded(sections, "v25.0 to v28.x", "cloud-hypervisor-28");
  const old = findNamed(state, "gic-v3", 0);
  const oldSection = membersOf(member(old, "snapshot_data"))[0] ?? "";
  const bytes = member(member(member(old, "snapshot_data"), oldSection), "snapshot");
  if (Array.isArray(bytes)) return encoded(bytes, "v0.11 to v15", "cloud-hypervisor-15");
  if (findNamed(state, "gic-v3-its", 0) !== undefined) {
    throw new NotAsSpecified("the state of gic-v3-its is in none of the encodings of cloud-hypervisor");
  }
  return {
    refusal:
      "it is a cloud-hypervisor snapshot without a gic-v3-its: that of an x86 VM, or not the whole state.json",
  };
}

function findNamed(state: unknown, name: string, depth: number): unknown {
  const children = member(state, "snapshots");
  const own = member(children, name);
  if (own !== undefined || depth > 8) return own;
  for (const child of membersOf(children)) {
    const found = findNamed(member(children, child), name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** JSON as a list of its bytes. */
function encoded(list: readonly unknown[], versions: string, manager: Manager): Found | Refusal {
  const bytes = Uint8Array.from(list, (byte) => (typeof byte === "number" ? byte : 0));
  const text = new TextDecoder().decode(bytes);
  if (!text.trimStart().startsWith("{")) return { refusal: VERSIONIZE };
  return { text, versions, manager };
}

/** Words of a vCPU in `rdist`: its first frame, then the frame of its interrupts. */
const WORDS_PER_CPU = 7 + 17;

function snapshotOf(state: unknown, { versions, manager }: Found): Snapshot {
  const control = unsigned(member(state, "gicd_ctlr"), 32, "gicd_ctlr");
  const list = (name: string) => unsignedList(member(state, name), 32, name);
  const [dist, rdist, icc] = [list("dist"), list("rdist"), list("icc")];
  const irqs = interruptsOf(dist.length);
  if (rdist.length === 0 || rdist.length % WORDS_PER_CPU !== 0) {
    throw new NotAsSpecified(`rdist has ${rdist.length} words, not ${WORDS_PER_CPU} for each vCPU`);
  }
  const cpus = rdist.length / WORDS_PER_CPU;
  const priorityBits = priorityBitsOf(icc[1] ?? 0x400n);
  const shape = { model: "v3", cpus, irqs, priorityBits } as const;
  const its = member(state, "its_ctlr") === undefined ? undefined : itsOf(state);
  const perCpu = 7 + 2 * activePriorityWords(priorityBits);
  if (icc.length !== cpus * perCpu) {
    throw new NotAsSpecified(
      `icc has ${icc.length} words, where ${cpus} vCPUs with ${priorityBits} priority bits have ${cpus * perCpu}`,
    );
  }
  const order = orderOf(manager, "v3");
  if (order === undefined) throw new NotAsSpecified(`the order of ${manager} is not known`);
  return {
    ...shape,
    title: `a snapshot of cloud-hypervisor ${versions}`,
    manager,
    reasons: {
      cpus: `rdist has ${rdist.length} words, ${WORDS_PER_CPU} for each vCPU`,
      irqs: `dist has ${dist.length} words`,
    },
    calls: callsInOrder(order, shape, [control, ...dist, ...rdist, ...icc], its),
    translation: its,
    remarks: ["cloud-hypervisor saves no line levels: devices raise theirs again."],
    findings: [],
  };
}

/** Registers of active priorities of one group: 1 with 5 priority bits, 2 with 6, 4 with 7. */
function activePriorityWords(priorityBits: number): number {
  return priorityBits >= 7 ? 4 : priorityBits === 6 ? 2 : 1;
}

/** `dist` has a word for GICD_STATUSR, 7 bits, 2 words, 2 bits and 8 bits for each SPI. */
function interruptsOf(words: number): number {
  const spis = ((words - 1) * 32) / (7 + 64 + 2 + 8);
  if (words > 1 && spis % 32 === 0 && spis <= 960) return spis + 32;
  throw new NotAsSpecified(`dist has ${words} words, which is no number that 32, 64, … SPIs take`);
}

function itsOf(state: unknown): ItsRegisters {
  const wide = (name: string) => unsigned(member(state, name), 64, name);
  const baser = unsignedList(member(state, "its_baser"), 64, "its_baser");
  if (baser.length !== 8) throw new NotAsSpecified(`its_baser has ${baser.length} registers, not 8`);
  return itsRegisters({
    ctlr: wide("its_ctlr"),
    iidr: wide("its_iidr"),
    cbaser: wide("its_cbaser"),
    cwriter: wide("its_cwriter"),
    creadr: wide("its_creadr"),
    baser,
  });
}
