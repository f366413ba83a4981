/**
 * A dump in a trace: the VMM restores the state, then reads it back. Of a register that holds several interrupts only
 * the bits of those that the dump shows are said; the others stay as they are in a fresh VM.
 */
import type { RegisterMatch } from "../vgic/registers/register-table.ts";
import { registers } from "../vgic/registers/registers.ts";
import { type DumpedInterrupt, type DumpedRegister, type LogEntry, nobody } from "./event.ts";
import { hex } from "./numbers.ts";
import { halves, type TraceOutput } from "./trace-output.ts";

/** How a register is restored: as a whole, by the bits that are to be set, or not at all. */
type Restore = "assign" | "set" | "no";

/** What a dump shows of a register. */
interface Shown {
  readonly match: RegisterMatch;
  readonly cpu: number;
  readonly restore: Restore;
  value: bigint;
  mask: bigint;
}

/** Steps of the restore, in this order: an interrupt is set up before it is pending or active. */
const ORDER = [
  "CTLR",
  "IGROUPR",
  "ICFGR",
  "IPRIORITYR",
  "ITARGETSR",
  "IROUTER",
  "ISENABLER",
  "LEVEL_INFO",
  "ISPENDR",
  "SPENDSGIR",
  "ISACTIVER",
] as const;
type Kind = (typeof ORDER)[number];

const entry: LogEntry = { event: { kind: "heading" }, origin: nobody };
const MOST_LPIS = 64;

export class DumpWriter {
  readonly #output: TraceOutput;
  readonly #shown = new Map<Kind, Map<string, Shown>>(ORDER.map((kind) => [kind, new Map()]));
  /** Lines of a GICv2's devices that are high. */
  readonly #lines: string[] = [];
  readonly #lpis: string[] = [];

  constructor(output: TraceOutput) {
    this.#output = output;
  }

  /** Takes note of a register; gives why it is left out, if it is. */
  restore({ register, cpu = 0, value, mask = 0xffff_ffffn }: DumpedRegister): string | undefined {
    const match = registers(this.#output.setup.model.value).find(register);
    if (match === undefined) return `${register}: the VM has no such register`;
    this.#note("CTLR", match, cpu, { value, mask, restore: "assign" });
    return undefined;
  }

  /** Takes note of an interrupt; gives why it is left out, if it is. */
  interrupt(one: DumpedInterrupt): string | undefined {
    const { setup } = this.#output;
    const { intid, cpu = 0, type } = one;
    if (type === "LPI") {
      this.#lpi(one);
      return "LPIs: a dump tells neither their device nor their event; what it tells of them is in comments";
    }
    if (intid >= setup.irqs.value || !this.#output.has(cpu)) return "interrupts that the VM does not have";
    const isV2 = setup.model.value === "v2";
    const frame = !isV2 && intid < 32 ? "GICR" : "GICD";
    const bit = 1n << BigInt(intid % 32);
    const word = Math.floor(intid / 32);
    const byte = (value: number) => BigInt(value & 0xff) << BigInt((intid % 4) * 8);
    const inByte = { mask: byte(0xff) };
    const put = (kind: Kind, index: number, restore: Restore, value: bigint, mask: bigint) => {
      const match = registers(setup.model.value).find(
        kind === "LEVEL_INFO" ? `${kind}${index}` : `${frame}_${kind}${index}`,
      );
      if (match !== undefined) this.#note(kind, match, cpu, { restore, value, mask });
    };
    const flag = (kind: Kind, restore: Restore, isSet: boolean) =>
      put(kind, word, restore, isSet ? bit : 0n, bit);
    if (one.group !== undefined) flag("IGROUPR", "assign", one.group);
    const edge = 2n << BigInt((intid % 16) * 2);
    put("ICFGR", Math.floor(intid / 16), intid < 16 ? "no" : "assign", one.level ? 0n : edge, edge);
    put("IPRIORITYR", Math.floor(intid / 4), "assign", byte(one.priority), inByte.mask);
    if (intid >= 32) {
      if (isV2) put("ITARGETSR", Math.floor(intid / 4), "assign", byte(one.route), inByte.mask);
      else if (one.route !== 0) put("IROUTER", intid, "assign", BigInt(one.route), 0xffff_ffffn);
    }
    flag("ISENABLER", "set", one.enabled);
    const isDriven = one.line && one.level;
    if (!isV2) flag("LEVEL_INFO", "assign", one.line);
    else if (isDriven && intid >= 16) this.#lines.push(`line ${intid}${intid < 32 ? `@cpu${cpu}` : ""} high`);
    if (isV2 && intid < 16) {
      put("SPENDSGIR", Math.floor(intid / 4), "set", byte(one.source), inByte.mask);
    } else if (isV2) {
      // A GICv2 shows the VMM a line that is high as pending, which needs no latch.
      flag("ISPENDR", one.pending ? "set" : "no", one.pending || isDriven);
    } else flag("ISPENDR", "assign", one.pending);
    flag("ISACTIVER", "set", one.active);
    return undefined;
  }

  #lpi({ intid, target, pending, active, enabled, priority }: DumpedInterrupt): void {
    if (this.#lpis.length > MOST_LPIS) return;
    const states = [enabled ? "enabled" : "disabled", pending ? "pending" : "", active ? "active" : ""];
    const where = target < 0 ? "no vCPU" : `vCPU ${target}`;
    this.#lpis.push(
      this.#lpis.length === MOST_LPIS
        ? "…"
        : `LPI ${intid} for ${where}: ${states.filter(Boolean).join(", ")}, priority ${priority}`,
    );
  }

  #note(
    kind: Kind,
    match: RegisterMatch,
    cpu: number,
    { value, mask, restore }: Pick<Shown, "value" | "mask" | "restore">,
  ): void {
    const shown = this.#shown.get(kind);
    const key = `${match.name} ${cpu} ${restore === "no"}`;
    const before = shown?.get(key);
    if (before === undefined) {
      shown?.set(key, { match, cpu, restore, value, mask });
    } else {
      before.value = (before.value & ~mask) | value;
      before.mask |= mask;
    }
  }

  /** Restores what was noted, and reads it back. */
  end(): void {
    const output = this.#output;
    const all = ORDER.flatMap((kind) =>
      [...(this.#shown.get(kind)?.values() ?? [])].map((one) => ({ kind, one })),
    );
    if (all.length === 0 && this.#lpis.length === 0) return;
    output.comment(
      "The VMM restores what the dump shows. What it does not show is as in a fresh VM: interrupts without a row, the CPU interfaces, the tables of LPIs, the ITS.",
    );
    for (const lpi of this.#lpis) output.comment(`  ${lpi}`);
    for (const { kind, one } of all) {
      if (kind === "ISPENDR") this.#raise();
      this.#restore(kind, one);
    }
    this.#raise();
    if (all.length > 0) output.comment("The dump.");
    for (const { one } of all) this.#expect(one);
    for (const registers of this.#shown.values()) registers.clear();
    this.#lpis.length = 0;
  }

  /** The devices of a GICv2 drive their lines. */
  #raise(): void {
    const output = this.#output;
    for (const line of this.#lines.splice(0)) {
      const [, intid, cpu] = /^line (\d+)(?:@cpu(\d+))?/.exec(line) ?? [];
      output.vgic.setLine(Number(intid), cpu === undefined ? undefined : Number(cpu), "high", false);
      output.put(entry, line, { outcome: "" });
    }
  }

  #restore(kind: Kind, { match, cpu, restore, value, mask }: Shown): void {
    if (restore === "no") return;
    const { vgic } = this.#output;
    const { frame } = match.row;
    const now = vgic.userGet(frame, cpu, match.offset) === "ok" ? vgic.value & 0xffff_ffffn : 0n;
    if (restore === "assign") {
      const assigned = (now & ~mask) | value;
      if (assigned !== now) this.#set(match, cpu, assigned);
      return;
    }
    const clear = kind === "ISENABLER" ? now & mask & ~value : 0n;
    if (clear !== 0n) {
      const name = match.name.replace("ISENABLER", "ICENABLER");
      const clears = registers(this.#output.setup.model.value).find(name);
      if (clears !== undefined) this.#set(clears, cpu, clear);
    }
    if (value !== 0n) this.#set(match, cpu, value);
  }

  #set(match: RegisterMatch, cpu: number, value: bigint): void {
    const { vgic } = this.#output;
    const answer = vgic.userSet(match.row.frame, cpu, match.offset, ...halves(value));
    this.#output.put(entry, `user set    ${nameOf(match, cpu)} ${hex(value)}`, this.#output.success(answer));
  }

  #expect({ match, cpu, value, mask }: Shown): void {
    const output = this.#output;
    const answer = output.vgic.userGet(match.row.frame, cpu, match.offset);
    const emulated = output.value & mask;
    const masked = mask === 0xffff_ffffn ? "" : ` & ${hex(mask)}`;
    const ignore =
      answer === "ok" && emulated === value
        ? undefined
        : `the dump shows this, the emulator answers ${answer === "ok" ? hex(emulated) : answer}`;
    output.put(entry, `user get    ${nameOf(match, cpu)}`, { outcome: `${masked} == ${hex(value)}`, ignore });
  }
}

function nameOf({ name }: RegisterMatch, cpu: number): string {
  return cpu === 0 ? name : `${name}@cpu${cpu}`;
}
