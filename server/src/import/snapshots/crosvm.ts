/**
 * crosvm's irqchip fragment (devices/src/irqchip/kvm/aarch64.rs): CBOR with every word of the frames, so that GICD_IIDR
 * and GICD_TYPER are in it.
 */
import { decode, Tokenizer, Type } from "cborg";
import { orderOf } from "../../evaluate/managers.ts";
import { itemAt } from "../../syntax/item-at.ts";
import { revisionOf } from "../../vgic/kernels/revisions.ts";
import { ascii, type ByteSource, standsAt } from "../byte-source.ts";
import {
  type Call,
  callsOf,
  NotAsSpecified,
  priorityBitsOf,
  type Refusal,
  type Snapshot,
} from "./snapshot.ts";

const MOST_BYTES = 64 << 20;
/** A fragment has 3 maps or lists for each vCPU. */
const MOST_CONTAINERS = 4096;
const NAMES = ["cpu_specific", "cpu_sys_regs", "redist_regs", "dist_regs"];

/** What a file is if it is a crosvm fragment; undefined if it is none. */
export function readCrosvm(source: ByteSource): Snapshot | Refusal | undefined {
  const head = source.read(0, 32);
  const [first = 0] = head;
  const isMap = first >> 5 === 5;
  if (!isMap || !NAMES.some((name) => contains(head, ascii(name)))) return undefined;
  if (source.length > MOST_BYTES) {
    return {
      refusal: `it is a fragment of a crosvm snapshot, but larger (${source.length} bytes) than any is`,
    };
  }
  return snapshotOf(decoded(source.read(0, source.length)));
}

function contains(bytes: Uint8Array, sought: Uint8Array): boolean {
  return bytes.some((_, at) => standsAt(bytes, at, sought));
}

function decoded(bytes: Uint8Array): unknown {
  let at = 0;
  try {
    const tokens = new Tokenizer(bytes, {});
    for (let containers = 0; !tokens.done(); at = tokens.pos()) {
      const { type } = tokens.next();
      if (Type.equals(type, Type.map) || Type.equals(type, Type.array)) containers++;
      if (containers > MOST_CONTAINERS) throw new Error("more maps and lists than a fragment has");
    }
    const value: unknown = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true });
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CBOR decode error: /, "") : "unreadable";
    throw new NotAsSpecified(`its CBOR cannot be read after byte ${at}: ${why}`);
  }
}

interface Cpu {
  readonly affinity: bigint;
  readonly system: ReadonlyMap<bigint, bigint>;
  readonly redistributor: readonly bigint[];
}

const FRAME_WORDS = { GICD: 0x10000 / 4, GICR: 0x20000 / 4 } as const;
const GICD_TYPER = 0x4;
const GICD_IIDR = 0x8;
const ICC_CTLR = 0xc664n;

function snapshotOf(value: unknown): Snapshot {
  const distributor = wordsOf(member(value, "dist_regs"), FRAME_WORDS.GICD, "dist_regs");
  const cpus = cpusOf(value);
  const [firstCpu] = cpus;
  if (firstCpu === undefined) throw new NotAsSpecified("it has no vCPUs");
  const typer = itemAt(distributor, GICD_TYPER / 4);
  const irqs = (Number(typer & 0x1fn) + 1) * 32;
  const iidr = itemAt(distributor, GICD_IIDR / 4);
  const priorityBits = priorityBitsOf(firstCpu.system.get(ICC_CTLR) ?? 0x400n);
  const shape = { model: "v3", cpus: cpus.length, irqs, priorityBits } as const;
  const order = orderOf("crosvm", "v3");
  if (order === undefined) throw new NotAsSpecified("the order of crosvm is not known");
  const known = callsOf(
    order,
    shape,
    ({ frame, cpu, offset }) => {
      if (frame === "GICD") return distributor[offset / 4];
      const { system, redistributor } = itemAt(cpus, cpu);
      return frame === "ICC" ? system.get(BigInt(offset)) : redistributor[offset / 4];
    },
    undefined,
  );
  return {
    ...shape,
    title: "a fragment of a crosvm snapshot (irqchip)",
    manager: "crosvm",
    reasons: { cpus: `cpu_specific has ${cpus.length}`, irqs: `GICD_TYPER is 0x${typer.toString(16)}` },
    ...((iidr & 0xfffn) === 0x43bn ? { revision: revisionOf(Number(iidr)) } : {}),
    calls: withOthers(known, distributor, cpus),
    remarks: [
      "crosvm writes every word of the frames; words without a register that are 0 are left out here: KVM ignores them.",
    ],
    findings: [
      "crosvm writes the clear registers after the set registers with the same bits: every interrupt ends disabled and inactive, whatever was saved.",
    ],
  };
}

/** crosvm writes words where KVM has no register, too: those that are not 0 come in their place. */
function withOthers(known: readonly Call[], distributor: readonly bigint[], cpus: readonly Cpu[]): Call[] {
  const calls: Call[] = [];
  const blockOf = (call: Call) =>
    call.kind === "attribute" && call.frame !== "ICC" ? `${call.frame} ${call.cpu}` : undefined;
  for (let i = 0; i < known.length; ) {
    const call = itemAt(known, i);
    const block = blockOf(call);
    if (block === undefined || call.kind !== "attribute") {
      calls.push(call);
      i++;
      continue;
    }
    const { frame, cpu } = call;
    const saved = new Map<number, Call>();
    for (const one of known.slice(i)) {
      if (one.kind !== "attribute" || blockOf(one) !== block) break;
      saved.set(one.offset, one);
      i++;
    }
    const words = frame === "GICD" ? distributor : itemAt(cpus, cpu).redistributor;
    words.forEach((value, word) => {
      const registered = saved.get(word * 4);
      if (registered !== undefined) calls.push(registered);
      else if (value !== 0n)
        calls.push({ kind: "attribute", frame, cpu, offset: word * 4, value, saved: true });
    });
  }
  return calls;
}

function cpusOf(value: unknown): Cpu[] {
  const specific = member(value, "cpu_specific");
  const cpus =
    specific instanceof Map
      ? [...specific].map(([key, state]: [unknown, unknown]) =>
          cpuOf(key, member(state, "cpu_sys_regs"), member(state, "redist_regs")),
        )
      : // The first shape, of some days in March 2025: a map for each kind of register.
        entriesOf(member(value, "redist_regs")).map(([key, words]) =>
          cpuOf(key, valueFor(member(value, "cpu_sys_regs"), key), words),
        );
  return cpus.sort((a, b) => (a.affinity < b.affinity ? -1 : 1));
}

function cpuOf(key: unknown, system: unknown, redistributor: unknown): Cpu {
  const registers = entriesOf(system).map(([code, value]): [bigint, bigint] => [
    integer(code, "a system register's code"),
    integer(value, "a system register"),
  ]);
  return {
    affinity: integer(key, "a vCPU's affinity"),
    system: new Map(registers),
    redistributor: wordsOf(redistributor, FRAME_WORDS.GICR, "redist_regs"),
  };
}

function member(value: unknown, name: string): unknown {
  return value instanceof Map ? value.get(name) : undefined;
}

function entriesOf(value: unknown): [unknown, unknown][] {
  return value instanceof Map ? [...value] : [];
}

function valueFor(value: unknown, key: unknown): unknown {
  return value instanceof Map ? value.get(key) : undefined;
}

/** A key of a map may be a number or its text. */
function integer(value: unknown, what: string): bigint {
  if (typeof value === "bigint" && value >= 0n) return value;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
  throw new NotAsSpecified(`${what} is no unsigned number`);
}

function wordsOf(value: unknown, count: number, what: string): bigint[] {
  if (!Array.isArray(value) || value.length !== count) {
    const seen = Array.isArray(value) ? `${value.length} words` : "no list";
    throw new NotAsSpecified(`${what} has ${seen}, where a frame has ${count}`);
  }
  return value.map((word: unknown) => {
    const number = integer(word, `a word of ${what}`);
    if (number < 1n << 32n) return number;
    throw new NotAsSpecified(`a word of ${what} has more than 32 bits`);
  });
}
