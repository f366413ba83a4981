/**
 * What `snapshot-editor info-vmstate vm-state` prints: Rust's pretty debug form of a MicrovmState, of which the part
 * from `gic: GicState {` on is read.
 */
import { firecrackerSnapshot, type GicCpuState, type GicState } from "./firecracker.ts";
import type { Stretch } from "./guest-ram.ts";
import { NotAsSpecified, type Refusal, type Snapshot } from "./snapshot.ts";

const GIC = /\bgic:\s*GicState\s*\{|^\s*GicState\s*\{/m;
const MENTIONS = /\bMicrovmState\s*\{|\bGicState\s*\{/;

/** Whether a text is of that form. */
export function isFirecrackerText(text: string): boolean {
  return MENTIONS.test(text);
}

/** The vGIC of a text. */
export function readFirecrackerText(text: string): Snapshot | Refusal {
  const start = GIC.exec(text);
  if (start === null) {
    return {
      refusal:
        "it is a print of Firecracker's snapshot-editor without `gic: GicState`; print it with `snapshot-editor info-vmstate vm-state --vmstate-path FILE`",
    };
  }
  const parser = new DebugParser(text, start.index + start[0].indexOf("GicState"));
  const state = parser.value(0);
  const ram = memoryRegions(text);
  return { ...firecrackerSnapshot(gicState(state)), ...(ram.length === 0 ? {} : { ram }) };
}

const REGION = /\bGuestMemoryRegionState\s*\{\s*base_address:\s*(\d{1,20}),\s*size:\s*(\d{1,20})\b/g;

/** Where the guest has memory, in the order of the memory file. */
function memoryRegions(text: string): Stretch[] {
  return [...text.matchAll(REGION)].map(([, start = "", size = ""]) => ({
    start: BigInt(start),
    size: BigInt(size),
  }));
}

type Value = bigint | string | null | readonly Value[] | { readonly [name: string]: Value };

/** The least of Rust's debug form that the state takes: structures, lists, numbers, Some and None. */
class DebugParser {
  readonly #text: string;
  readonly #token = /\s*(?:(\w+)|([{}[\](),:]))/y;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  value(depth: number): Value {
    if (depth > 32) throw this.#wrong("a deeper structure than Firecracker's");
    const word = this.#next("a value");
    if (word === "[") return this.#list(depth);
    if (/^\d/.test(word)) return this.#number(word);
    if (word === "None") return null;
    if (word === "Some") {
      this.#expect("(");
      const value = this.value(depth + 1);
      if (this.#peek() === ",") this.#next("`,`");
      this.#expect(")");
      return value;
    }
    if (!/^\w/.test(word)) throw this.#wrong("a value");
    if (this.#peek() !== "{") return word;
    this.#expect("{");
    return this.#fields(depth);
  }

  #list(depth: number): Value[] {
    const list: Value[] = [];
    while (this.#peek() !== "]") {
      list.push(this.value(depth + 1));
      if (this.#peek() === ",") this.#next("`,`");
    }
    this.#expect("]");
    return list;
  }

  #fields(depth: number): { readonly [name: string]: Value } {
    const fields: Record<string, Value> = Object.create(null);
    while (this.#peek() !== "}") {
      const name = this.#next("a field's name");
      this.#expect(":");
      fields[name] = this.value(depth + 1);
      if (this.#peek() === ",") this.#next("`,`");
    }
    this.#expect("}");
    return fields;
  }

  #number(word: string): bigint {
    if (!/^\d{1,20}$/.test(word)) throw this.#wrong("a decimal number");
    return BigInt(word);
  }

  #peek(): string | undefined {
    this.#token.lastIndex = this.#at;
    const match = this.#token.exec(this.#text);
    return match?.[1] ?? match?.[2];
  }

  #next(what: string): string {
    this.#token.lastIndex = this.#at;
    const match = this.#token.exec(this.#text);
    const found = match?.[1] ?? match?.[2];
    if (found === undefined) throw this.#wrong(what);
    this.#at = this.#token.lastIndex;
    return found;
  }

  #expect(token: string): void {
    const before = this.#at;
    if (this.#next(`\`${token}\``) === token) return;
    this.#at = before;
    throw this.#wrong(`\`${token}\``);
  }

  #wrong(expected: string): NotAsSpecified {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    const rest = this.#text.slice(this.#at).trim();
    const seen = rest === "" ? "the end of the text" : `\`${rest.slice(0, 24).replace(/\s+/g, " ")}\``;
    return new NotAsSpecified(`in line ${line}: ${expected} is expected, not ${seen}`);
  }
}

function gicState(value: Value): GicState {
  const its = field(value, "its_state");
  return {
    dist: registersIn(field(value, "dist"), 32, "dist"),
    cpus: list(field(value, "gic_vcpu_states"), "gic_vcpu_states").map(cpuState),
    its:
      its === undefined || its === null
        ? its
        : {
            iidr: number(field(its, "iidr"), 64, "iidr"),
            cbaser: number(field(its, "cbaser"), 64, "cbaser"),
            creadr: number(field(its, "creadr"), 64, "creadr"),
            cwriter: number(field(its, "cwriter"), 64, "cwriter"),
            baser: list(field(its, "baser"), "baser").map((one) => number(one, 64, "baser")),
            ctlr: number(field(its, "ctlr"), 64, "ctlr"),
          },
  };
}

function cpuState(value: Value): GicCpuState {
  const icc = field(value, "icc");
  return {
    rdist: registersIn(field(value, "rdist"), 32, "rdist"),
    main: registersIn(field(icc, "main_icc_regs"), 64, "main_icc_regs").flat(),
    ap: list(field(icc, "ap_icc_regs"), "ap_icc_regs").map((one) =>
      one === null ? null : (registersIn([one], 64, "ap_icc_regs")[0]?.[0] ?? null),
    ),
  };
}

function registersIn(value: Value | undefined, bits: 32 | 64, what: string): bigint[][] {
  return list(value, what).map((register) =>
    list(field(register, "chunks"), `${what}.chunks`).map((chunk) => number(chunk, bits, what)),
  );
}

function field(value: Value | undefined, name: string): Value | undefined {
  const isStructure = typeof value === "object" && value !== null && !isList(value);
  return isStructure ? value[name] : undefined;
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function list(value: Value | undefined, what: string): readonly Value[] {
  if (isList(value)) return value;
  throw new NotAsSpecified(`${what} is missing or no list`);
}

function number(value: Value | undefined, bits: 32 | 64, what: string): bigint {
  if (typeof value === "bigint" && value < 1n << BigInt(bits)) return value;
  throw new NotAsSpecified(`${what} has something that is no number of ${bits} bits`);
}
