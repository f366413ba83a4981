/** What cannot be so in a healthy snapshot, and what the VMM probably did. */

import { itemAt } from "../../syntax/item-at.ts";
import { registers } from "../../vgic/registers/registers.ts";
import { isWithin } from "./guest-ram.ts";
import { checkItsMemory } from "./memory-checks.ts";
import type { Call, Snapshot } from "./snapshot.ts";

type Attribute = Extract<Call, { kind: "attribute" }>;

/** The findings of a snapshot, the most certain first; none where it holds together. */
export function checkSnapshot(snapshot: Snapshot): string[] {
  const saved = snapshot.calls.filter((call): call is Attribute => call.kind === "attribute" && call.saved);
  const zero = allZero(saved, snapshot);
  if (zero !== undefined) return [zero];
  return [
    ...sameForAll(saved, snapshot),
    ...shifted(saved, snapshot),
    ...tablesOutside(saved, snapshot),
    ...checkItsMemory(snapshot, vmmOf(snapshot)),
  ];
}

function vmmOf({ title }: Snapshot): string {
  return /cloud-hypervisor|Firecracker|crosvm/.exec(title)?.[0] ?? "QEMU";
}

function allZero(saved: readonly Attribute[], snapshot: Snapshot): string | undefined {
  // Constants of the CPU interface and of the ITS tell nothing.
  const telling = saved.filter(({ frame }) => frame !== "ICC" && frame !== "GITS");
  if (telling.length === 0 || telling.some(({ value }) => value !== 0n)) return undefined;
  return `Every register of the distributor${snapshot.model === "v3" ? " and of the redistributors" : ""} is 0, which no vGIC is, not even a fresh one (its SGIs are enabled): ${vmmOf(snapshot)} probably saved it before the vGIC was initialised, or wrote its arrays without reading KVM.`;
}

const PENDBASER = 0x78;
const ADDRESS = 0xf_ffff_ffff_0000n;

/** Redistributors and CPU interfaces of several vCPUs that are equal where they cannot be. */
function sameForAll(saved: readonly Attribute[], snapshot: Snapshot): string[] {
  const { cpus, model } = snapshot;
  if (model !== "v3" || cpus < 2) return [];
  const ofCpus = saved.filter(({ frame }) => frame === "GICR" || frame === "ICC");
  const perCpu = Array.from({ length: cpus }, (_, cpu) => ofCpus.filter((call) => call.cpu === cpu));
  const values = perCpu.map((calls) => calls.map(({ offset, value }) => `${offset}=${value}`).join());
  const allEqual = values.every((one) => one === values[0]);
  const tables = perCpu.map((calls) => tableOf(calls, PENDBASER));
  const table = itemAt(tables, 0);
  const sharesTable = tables.every((one) => one !== 0n && one === table);
  if (!allEqual && !sharesTable) return [];
  const bug =
    vmmOf(snapshot) === "cloud-hypervisor"
      ? "cloud-hypervisor v29.0 to v53.0 stores vCPU 0's redistributor and CPU interface in every vCPU's place when it saves a VM that was booted; what vCPUs 1 and above had is lost"
      : `${vmmOf(snapshot)} probably read vCPU 0's registers for every vCPU`;
  if (sharesTable) {
    return [
      `All ${cpus} vCPUs have their table of pending LPIs at 0x${table.toString(16)} (GICR_PENDBASER), which a guest never sets up so: ${bug}.`,
    ];
  }
  return [
    `The redistributors and CPU interfaces of all ${cpus} vCPUs hold the same: that of an idle guest may, else ${bug}.`,
  ];
}

/** The address of a table, from both words of its register. */
function tableOf(calls: readonly Attribute[], register: number): bigint {
  const word = (offset: number) =>
    calls.find((call) => call.frame === "GICR" && call.offset === offset)?.value ?? 0n;
  return (word(register) | (word(register + 4) << 32n)) & ADDRESS;
}

/** What a register of a healthy GICv3 snapshot can hold: the bits that KVM ever shows the VMM. */
const POSSIBLE: readonly (readonly [name: RegExp, bits: bigint])[] = [
  [/^GIC[DR]_(?:STATUSR|ICPENDR\d+)$/, 0n],
  [/^GIC[DR]_ICFGR\d+$/, 0xaaaa_aaaan],
  [/^GIC[DR]_IPRIORITYR\d+$/, 0xf8f8_f8f8n],
];
/** So many words that cannot be are no chance. */
const FEWEST_WRONG = 3;

/** Words in the wrong place: those of one register stand where another's are. */
function shifted(saved: readonly Attribute[], snapshot: Snapshot): string[] {
  const { model, ownModel, manager } = snapshot;
  if (model !== "v3" || ownModel || manager === "qemu") return [];
  return (["GICD", "GICR"] as const).flatMap((frame) => {
    const words = saved.filter((call) => call.frame === frame);
    const wrong = wrongWords(words, 0);
    if (wrong.length < FEWEST_WRONG) return [];
    const behind = words.slice(words.indexOf(itemAt(wrong, 0).word));
    const [earlier, further] = [wrongWords(behind, -1).length, wrongWords(behind, 1).length];
    const shown = wrong.slice(0, 3).map(({ name, word }) => `${name} 0x${word.value.toString(16)}`);
    const what = `${wrong.length} words hold bits that KVM never shows there (${shown.join(", ")})`;
    if (Math.min(earlier, further) * 2 > wrong.length) {
      return [
        `${what}: ${vmmOf(snapshot)} probably saved them from other registers, or the file is damaged.`,
      ];
    }
    return further < earlier
      ? [`${what}, and would fit one place further: ${vmmOf(snapshot)} probably left out a word in front.`]
      : [
          `${what}, and would fit one place earlier: ${vmmOf(snapshot)} probably has a word too many in front.`,
        ];
  });
}

interface WrongWord {
  readonly word: Attribute;
  readonly name: string;
}

/** The words that cannot be, if each were moved `by` places. */
function wrongWords(words: readonly Attribute[], by: number): WrongWord[] {
  const index = registers("v3");
  const held = new Map<string, bigint | undefined>();
  const keyOf = ({ cpu }: Attribute, offset: number) => `${cpu} ${offset}`;
  words.forEach((word, i) => {
    held.set(keyOf(word, word.offset), words[i - by]?.value);
  });
  return words.flatMap((word): WrongWord[] => {
    const value = held.get(keyOf(word, word.offset));
    const name = index.at(word.frame, word.offset)?.name ?? "";
    if (value === undefined) return [];
    const bits = POSSIBLE.find(([names]) => names.test(name))?.[1];
    // A VMM reads the same from a clear register and from its set register.
    const twin = CLEARS.test(name) ? held.get(keyOf(word, word.offset - SET_TO_CLEAR)) : undefined;
    const isWrong = (bits !== undefined && (value & ~bits) !== 0n) || (twin !== undefined && twin !== value);
    return isWrong ? [{ word, name }] : [];
  });
}

const CLEARS = /^GIC[DR]_I(?:CENABLER|CACTIVER)\d+$/;
/** Bytes from a set register to its clear register. */
const SET_TO_CLEAR = 0x80;

/** Tables of LPIs that are not in the guest's memory. */
function tablesOutside(saved: readonly Attribute[], snapshot: Snapshot): string[] {
  const { cpus, model, ram } = snapshot;
  if (model !== "v3") return [];
  const enabled = Array.from({ length: cpus }, (_, cpu) => ({
    cpu,
    own: saved.filter((call) => call.frame === "GICR" && call.cpu === cpu),
  })).filter(({ own }) => ((own.find(({ offset }) => offset === 0)?.value ?? 0n) & 1n) !== 0n);
  return (
    [
      ["GICR_PROPBASER", 0x70, "what LPIs are enabled and their priorities"],
      ["GICR_PENDBASER", PENDBASER, "the LPIs pending in them"],
    ] as const
  ).flatMap(([name, offset, lost]) => {
    const outside = enabled
      .map(({ cpu, own }) => ({
        cpu,
        table: tableOf(own, offset) & (offset === PENDBASER ? ~0xffffn : ~0xfffn),
      }))
      .filter(({ table }) =>
        ram === undefined ? table === 0n : !ram.some((one) => isWithin(table, 1, one)),
      );
    if (outside.length === 0) return [];
    const isOne = outside.length === 1;
    const who = `vCPU${isOne ? "" : "s"} ${outside.map(({ cpu }) => cpu).join(", ")} ${isOne ? "has" : "have"}`;
    const tables = [...new Set(outside.map(({ table }) => `0x${table.toString(16)}`))].join(", ");
    const where = `${isOne ? "its table" : "their tables"} at ${tables} (${name})`;
    return [
      `${who} LPIs enabled, and ${where} ${isOne ? "is" : "are"} not in the guest's memory: ${lost} are lost. ${vmmOf(snapshot)} probably saved ${name} before the guest wrote it or from another place, or its list of memory is of another VM.`,
    ];
  });
}
