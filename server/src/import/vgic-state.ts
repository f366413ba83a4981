/**
 * The kernel's dump of a vGIC: debugfs kvm/PID-FD/vgic-state, whole or as mails quote it. A row an interrupt, placed by
 * its INTID: what a row does not show is not said.
 */
import { type DumpedInterrupt, type Emit, nobody, type Reader } from "./event.ts";
import { type Groups, groupsOf } from "./groups.ts";
import { parseInteger } from "./numbers.ts";

const fact = /^(?<name>vgic_model|nr_spis|nr_lpis|enabled):\s*(?<value>\w+)\s*$/;
const block = /^(?:(?<vcpu>VCPU)|SPI)\s+(?<index>\d+)\s+TYP\s+ID\s+TGT_ID\s+(?<flags>[A-Za-z]+)/;
const row =
  /^\s*(?<type>SGI|PPI|SPI|LPI)\s+(?<intid>\d+)\s+(?<target>-?\d+)\s+(?<flags>[01]{6,})\s+(?<hwid>\d+)\s+(?<route>[\da-f]{1,8})\s+(?<source>[\da-f]{1,8})\s+(?<priority>\d{1,3})\s+(?<queued>-?\d+)\s*$/;
const rowParts = ["type", "intid", "target", "flags", "route", "source", "priority"] as const;
type RowPart = (typeof rowParts)[number];
const freed = /^\s*LPI\s+\d+\s+freed\s*$/;
const legend = /^(?:Distributor|=+|-+|[A-Z]=.*|\s*)$/i;
/** Rows left out, a code fence, a prompt. */
const around = /^\s*(?:\[?(?:\.{3,}|…)\]?|\[snip\]|```\w*|[$#] .*vgic-state.*)\s*$/i;

const itsDevice =
  /^\s*Device ID: (?<device>0x[\da-f]+), Event ID Range: \[(?<first>\d+) - (?<last>\d+)\]\s*$/i;
const itsHeading = /^\s*EVENT_ID\s+INTID\s+HWINTID\s+TARGET\s+COL_ID\s+HW\s*$/;
const itsEvent = /^\s*(?<id>\d+)\s+(?<intid>\d+)\s+\d+\s+(?<cpu>\d{1,3})\s+(?<collection>\d+)\s+\d+\s*$/;

/** The columns of kernels before 4.19, and since. */
const columnsOf: Readonly<Record<number, string>> = { 6: "PLAEHC", 7: "PLAEHCG" };
const firstInterrupt = { SGI: 0, PPI: 16, SPI: 32, LPI: 8192 } as const;
const lastInterrupt = { SGI: 15, PPI: 31, SPI: 1019, LPI: 0xff_ffff } as const;

export class VgicStateReader implements Reader {
  #model: "v2" | "v3" | undefined;
  /** The vCPU whose block it is. */
  #cpu: number | undefined;
  #columns: string | undefined;
  #within = false;
  /** The device whose events follow. */
  #device: string | undefined;

  read(line: string, emit: Emit): boolean {
    const found = groupsOf(row, line, rowParts);
    if (found !== undefined) return this.#row(found, emit);
    if (this.#translation(line, emit)) return true;
    if (freed.test(line)) {
      emit({ event: { kind: "left-out", why: "LPIs that were freed already" }, origin: nobody });
      return true;
    }
    const known = groupsOf(fact, line, ["name", "value"]);
    const begun = groupsOf(block, line, ["index", "flags"]);
    const isOther = this.#within && (legend.test(line) || around.test(line));
    if (known === undefined && begun === undefined && !isOther && !/^Distributor\s*$/.test(line))
      return false;
    this.#within = true;
    emit({ event: { kind: "heading" }, origin: nobody });
    if (known !== undefined) this.#fact(known, emit);
    if (begun !== undefined) {
      this.#cpu = begun.vcpu === undefined ? undefined : Number(begun.index);
      this.#columns = begun.flags.toUpperCase();
      if (this.#cpu !== undefined)
        emitFact(emit, { cpus: this.#cpu + 1, reason: `the dump has VCPU ${this.#cpu}` });
    }
    return true;
  }

  #row(groups: Groups<RowPart>, emit: Emit): boolean {
    const { flags } = groups;
    const columns = this.#columns?.length === flags.length ? this.#columns : columnsOf[flags.length];
    const type = typeOf(groups.type);
    const intid = Number(groups.intid);
    if (columns === undefined || intid < firstInterrupt[type] || intid > lastInterrupt[type]) {
      emit({ event: { kind: "unreadable" }, origin: nobody });
      return true;
    }
    this.#within = true;
    const target = Number(groups.target);
    const isPrivate = intid < 32;
    // A private interrupt's target is its own vCPU, where no heading says which.
    const cpu = isPrivate ? (this.#cpu ?? Math.max(target, 0)) : undefined;
    if (isPrivate && cpu !== undefined) emitFact(emit, { cpus: cpu + 1, reason: `a row is of vCPU ${cpu}` });
    if (type === "LPI") emitFact(emit, { model: "v3", reason: "the dump has LPIs" });
    else if (!isPrivate) emitFact(emit, { intid, reason: `a row is of SPI ${intid}` });
    const source = Number.parseInt(groups.source, 16);
    const flag = (letter: string) => {
      const at = columns.indexOf(letter);
      return at < 0 ? undefined : flags[at] === "1";
    };
    const event: DumpedInterrupt = {
      kind: "dumped-interrupt",
      type,
      intid,
      cpu,
      pending: flag("P") ?? false,
      line: flag("L") ?? false,
      active: flag("A") ?? false,
      enabled: flag("E") ?? false,
      hardware: flag("H") ?? false,
      level: flag("C") ?? false,
      group: flag("G"),
      route: Number.parseInt(groups.route, 16),
      source,
      priority: Number(groups.priority) & 0xff,
      target,
    };
    emit({ event, origin: nobody });
    return true;
  }

  /** The kernel's dump of an ITS (vgic-its-state@ADDRESS): a block a device, a row an event. */
  #translation(line: string, emit: Emit): boolean {
    const device = itsDevice.exec(line)?.groups;
    const event = this.#device === undefined ? undefined : itsEvent.exec(line)?.groups;
    if (device === undefined && event === undefined && !itsHeading.test(line)) return false;
    this.#within = true;
    if (device !== undefined) {
      this.#device = `device ${device.device} with events ${device.first} to ${device.last}`;
      emitFact(emit, { model: "v3", reason: "the dump is of an ITS" });
    }
    if (event === undefined) {
      emit({ event: { kind: "heading" }, origin: nobody });
      return true;
    }
    const { id, intid, cpu, collection } = event;
    emitFact(emit, { cpus: Number(cpu) + 1, model: "v3", reason: `an event goes to vCPU ${cpu}` });
    emit({
      event: {
        kind: "told",
        text: `${this.#device}: event ${id} is LPI ${intid}, in collection ${collection}, for vCPU ${cpu}`,
        why: "events of an ITS: where its tables are is not in the dump; what it tells is in comments",
      },
      origin: nobody,
    });
    return true;
  }

  #fact({ name, value }: Groups<"name" | "value">, emit: Emit): void {
    if (name === "vgic_model") {
      this.#model = value.endsWith("2") ? "v2" : "v3";
      emitFact(emit, { model: this.#model, reason: `vgic_model: ${value}` });
    }
    const spis = Number(parseInteger(value) ?? 0n);
    if (name === "nr_spis") emitFact(emit, { irqs: spis + 32, reason: `nr_spis: ${value}` });
    if (name === "enabled") {
      const mask = this.#model === "v2" ? 1n : 2n;
      const control = value === "0" ? 0n : mask;
      emit({
        event: { kind: "dumped", register: "GICD_CTLR", value: control, mask, restore: true },
        origin: nobody,
      });
    }
  }
}

function typeOf(text: string): DumpedInterrupt["type"] {
  return text === "SGI" || text === "PPI" || text === "SPI" ? text : "LPI";
}

function emitFact(
  emit: Emit,
  details: { model?: "v2" | "v3"; cpus?: number; irqs?: number; intid?: number; reason: string },
): void {
  emit({ event: { kind: "fact", ...details }, origin: nobody });
}
