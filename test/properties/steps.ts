/** Random steps on a vGIC, and what they answer, as text that can be compared. */
import fc from "fast-check";
import type { Frame } from "../../server/src/vgic/frame-table.ts";
import { DEFAULT_BASES } from "../../server/src/vgic/frame-table.ts";
import type { Model } from "../../server/src/vgic/kvm-abi.ts";
import { registers } from "../../server/src/vgic/registers/registers.ts";
import type { Vgic } from "../../server/src/vgic/vgic.ts";

export type Step = (vgic: Vgic) => string;

export interface NamedStep {
  readonly name: string;
  readonly step: Step;
}

export const CPUS = 3;
export const IRQS = 96;

function answer(vgic: Vgic, result: string): string {
  return `${result} ${vgic.high.toString(16)}:${vgic.low.toString(16)}`;
}

const word = fc.oneof(fc.constantFrom(0, 0xffffffff, 1), fc.integer({ min: 0, max: 0xffffffff }));
const cpu = fc.integer({ min: 0, max: CPUS - 1 });
const width = fc.constantFrom(1, 2, 4, 8);

/** Registers of a model, `without` those whose name matches. */
function names(model: Model, without: RegExp): string[] {
  return [...registers(model).names()].filter((name) => !without.test(name));
}

/**
 * Steps that use the vGIC the way guests and VMMs do.
 * @param without names of registers to leave alone
 */
export function steps(model: Model, without = /(?!)/): fc.Arbitrary<NamedStep> {
  const index = registers(model);
  const register = fc.constantFrom(...names(model, without)).map((name) => {
    const match = index.find(name);
    if (!match) throw new Error(`${name} is not in the table`);
    return match;
  });
  const memory = register.filter(({ row }) => row.frame !== "ICC" && row.frame !== "LEVEL");
  const system = register.filter(({ row }) => row.frame === "ICC");
  const base: Record<Frame, number> = {
    GICD: DEFAULT_BASES.dist,
    GICR: DEFAULT_BASES.redist,
    GICC: DEFAULT_BASES.cpu,
    GITS: DEFAULT_BASES.its,
    ICC: 0,
    LEVEL: 0,
  };
  const addressOf = (frame: Frame, offset: number, owner: number) =>
    base[frame] + offset + (frame === "GICR" ? owner * 0x20000 : 0);
  const guest = fc
    .record({ cpu, owner: cpu, width, match: memory, value: word, high: word, write: fc.boolean() })
    .map(
      (s): NamedStep => ({
        name: `cpu${s.cpu} ${s.write ? "write" : "read"}${s.width} ${s.match.name} of cpu${s.owner} 0x${s.value.toString(16)}`,
        step: (vgic) => {
          const address = addressOf(s.match.row.frame, s.match.offset, s.owner);
          return answer(
            vgic,
            s.write
              ? vgic.guestWrite(s.cpu, address, s.width, s.value, s.high)
              : vgic.guestRead(s.cpu, address, s.width),
          );
        },
      }),
    );
  const interfaceStep = fc.record({ cpu, match: system, value: word, high: word, write: fc.boolean() }).map(
    (s): NamedStep => ({
      name: `cpu${s.cpu} ${s.write ? "msr" : "mrs"} ${s.match.name} 0x${s.value.toString(16)}`,
      step: (vgic) =>
        answer(
          vgic,
          s.write
            ? vgic.writeSystemRegister(s.cpu, s.match.offset, s.value, s.high)
            : vgic.readSystemRegister(s.cpu, s.match.offset),
        ),
    }),
  );
  const user = fc
    .record({ cpu, match: register, value: word, verb: fc.constantFrom("get", "set", "has") })
    .map(
      (s): NamedStep => ({
        name: `user ${s.verb} ${s.match.name}@cpu${s.cpu} 0x${s.value.toString(16)}`,
        step: (vgic) => {
          const { frame } = s.match.row;
          if (s.verb === "get") return answer(vgic, vgic.userGet(frame, s.cpu, s.match.offset));
          if (s.verb === "has") return vgic.userHas(frame, s.cpu, s.match.offset);
          return vgic.userSet(frame, s.cpu, s.match.offset, s.value);
        },
      }),
    );
  const line = fc
    .record({
      cpu,
      intid: fc.integer({ min: 16, max: IRQS - 1 }),
      level: fc.constantFrom("high" as const, "low" as const, "pulse" as const),
      byOwner: fc.boolean(),
    })
    .map(
      (s): NamedStep => ({
        name: `line ${s.intid}@cpu${s.cpu} ${s.level}${s.byOwner ? " by kernel" : ""}`,
        step: (vgic) => {
          vgic.setLine(s.intid, s.intid < 32 ? s.cpu : undefined, s.level, s.byOwner);
          return "";
        },
      }),
    );
  const settle: NamedStep = {
    name: "settle",
    step: (vgic) => {
      vgic.settle();
      return "";
    },
  };
  return fc.oneof(guest, interfaceStep, user, line, fc.constant(settle));
}

/** Accesses at any address, of any width, known or not. */
export function wildSteps(): fc.Arbitrary<NamedStep> {
  const address = fc.oneof(
    fc.integer({ min: DEFAULT_BASES.dist - 8, max: DEFAULT_BASES.redist + CPUS * 0x20000 + 8 }),
    fc.maxSafeNat(),
  );
  const frame = fc.constantFrom<Frame>("GICD", "GICR", "GICC", "ICC", "LEVEL");
  const offset = fc.oneof(fc.integer({ min: 0, max: 0x20000 }), fc.integer({ min: 0, max: 0xffffffff }));
  return fc
    .record({
      cpu,
      width: fc.integer({ min: 1, max: 8 }),
      address,
      frame,
      offset,
      value: word,
      high: word,
      what: fc.nat(6),
    })
    .map(
      (s): NamedStep => ({
        name: JSON.stringify(s),
        step: (vgic) => {
          switch (s.what) {
            case 0:
              return answer(vgic, vgic.guestRead(s.cpu, s.address, s.width));
            case 1:
              return answer(vgic, vgic.guestWrite(s.cpu, s.address, s.width, s.value, s.high));
            case 2:
              return answer(vgic, vgic.userGet(s.frame, s.cpu, s.offset));
            case 3:
              return vgic.userSet(s.frame, s.cpu, s.offset, s.value, s.high);
            case 4:
              return vgic.userHas(s.frame, s.cpu, s.offset);
            case 5:
              return answer(vgic, vgic.readSystemRegister(s.cpu, s.offset & 0xffff));
            default:
              return answer(vgic, vgic.writeSystemRegister(s.cpu, s.offset & 0xffff, s.value, s.high));
          }
        },
      }),
    );
}
