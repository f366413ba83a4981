/**
 * The kernel's dump of a vGIC: debugfs kvm/PID-FD/vgic-state. A row an interrupt; they are put together to registers,
 * which a VMM could restore and reads back.
 */
import { type DumpedRegister, type Emit, nobody, type Reader } from "./event.ts";
import { parseInteger } from "./numbers.ts";

const fact = /^(?<name>vgic_model|nr_spis|nr_lpis|enabled):\s*(?<value>\w+)\s*$/;
const block = /^(?:(?<vcpu>VCPU)|SPI)\s+(?<index>\d+)\s+TYP\s+ID\s+TGT_ID\s+(?<flags>[A-Za-z]+)/;
const row =
  /^\s+(?<type>SGI|PPI|SPI|LPI)\s+(?<intid>\d+)\s+(?<target>-?\d+)\s+(?<flags>[01]+)\s+(?<hwid>\d+)\s+(?<route>[\da-f]+)\s+(?<source>[\da-f]+)\s+(?<priority>\d+)\s+(?<queued>-?\d+)\s*$/;
const legend = /^(?:Distributor|=+|-+|[A-Z]=.*|\s*)$/i;

/** One interrupt of a dump. */
interface Row {
  readonly intid: number;
  /** By the letter of its column: P, L, A, E, H, C, G. */
  readonly flags: Readonly<Record<string, boolean>>;
  readonly route: number;
  readonly priority: number;
}

export class VgicStateReader implements Reader {
  #model: "v2" | "v3" = "v3";
  #cpu: number | undefined;
  #columns = "";
  #rows: Row[] = [];
  #within = false;

  read(line: string, emit: Emit): boolean {
    const found = row.exec(line)?.groups;
    if (found !== undefined) return this.#row(found, emit);
    const known = fact.exec(line)?.groups;
    const begun = block.exec(line)?.groups;
    if (known === undefined && begun === undefined && !(this.#within && legend.test(line))) return false;
    this.#within = true;
    emit({ event: { kind: "heading" }, origin: nobody });
    if (known !== undefined) this.#fact(known, emit);
    if (begun !== undefined) {
      this.end(emit);
      this.#cpu = begun.vcpu === undefined ? undefined : Number(begun.index);
      this.#columns = begun.flags.toUpperCase();
      if (this.#cpu !== undefined)
        emitFact(emit, { cpus: this.#cpu + 1, reason: `the dump has VCPU ${this.#cpu}` });
    }
    return true;
  }

  end(emit: Emit): void {
    for (let i = 0; i < this.#rows.length; i += 32) {
      for (const event of registersOf(this.#rows.slice(i, i + 32), this.#model, this.#cpu)) {
        emit({ event, origin: nobody });
      }
    }
    this.#rows = [];
  }

  #row({ type, intid, flags, route, priority }: Record<string, string>, emit: Emit): boolean {
    if (type === "LPI") {
      emit({ event: { kind: "left-out", why: "LPIs: a trace has none" }, origin: nobody });
      return true;
    }
    if (flags.length !== this.#columns.length) {
      emit({ event: { kind: "unreadable" }, origin: nobody });
      return true;
    }
    emit({ event: { kind: "heading" }, origin: nobody });
    this.#rows.push({
      intid: Number(intid),
      flags: Object.fromEntries(Array.from(this.#columns, (letter, i) => [letter, flags[i] === "1"])),
      route: Number.parseInt(route, 16),
      priority: Number(priority),
    });
    return true;
  }

  #fact({ name, value }: Record<string, string>, emit: Emit): void {
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

function emitFact(
  emit: Emit,
  details: { model?: "v2" | "v3"; cpus?: number; irqs?: number; reason: string },
): void {
  emit({ event: { kind: "fact", ...details }, origin: nobody });
}

/** The registers of 32 interrupts in a row. Pending and active state is left to the comments: it was in flight. */
function registersOf(rows: readonly Row[], model: "v2" | "v3", cpu: number | undefined): DumpedRegister[] {
  const first = rows[0].intid;
  const frame = model === "v3" && first < 32 ? "GICR" : "GICD";
  const of = (name: string, index: number, value: bigint, restore = true): DumpedRegister => {
    return { kind: "dumped", register: `${frame}_${name}${index}`, cpu, value, restore };
  };
  const bits = (letter: string) =>
    rows.reduce((sum, { flags }, i) => sum | (flags[letter] ? 1n << BigInt(i) : 0n), 0n);
  const word = first / 32;
  const registers: DumpedRegister[] = [];
  // A group that the columns do not show is not known.
  if ("G" in rows[0].flags) registers.push(of("IGROUPR", word, bits("G")));
  for (let i = 0; i < rows.length; i += 16) {
    const sixteen = rows.slice(i, i + 16);
    const config = sixteen.reduce((sum, { flags }, n) => sum | (flags.C ? 0n : 2n << BigInt(n * 2)), 0n);
    registers.push(of("ICFGR", (first + i) / 16, config, first + i >= 16));
  }
  for (let i = 0; i < rows.length; i += 4) {
    const four = rows.slice(i, i + 4);
    const priorities = four.reduce((sum, { priority }, n) => sum | (BigInt(priority) << BigInt(n * 8)), 0n);
    registers.push(of("IPRIORITYR", (first + i) / 4, priorities));
    if (model === "v2" && first >= 32) {
      const targets = four.reduce((sum, { route }, n) => sum | (BigInt(route & 0xff) << BigInt(n * 8)), 0n);
      registers.push(of("ITARGETSR", (first + i) / 4, targets));
    }
  }
  if (model === "v3" && first >= 32) {
    for (const { intid, route } of rows) if (route !== 0) registers.push(of("IROUTER", intid, BigInt(route)));
  }
  registers.push(of("ISENABLER", word, bits("E")));
  return registers;
}
