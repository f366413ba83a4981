import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  baseOf,
  DEFAULT_BASES,
  FRAME_NAMES,
  FRAMES,
  frameNamed,
  framesOf,
  isInMemory,
  mapFrames,
  placeOf,
} from "../../server/src/vgic/frame-table.ts";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import {
  affinityOf,
  cpuOfAffinity,
  lineNumber,
  lineNumbered,
  type Model,
} from "../../server/src/vgic/kvm-abi.ts";
import { attributeOf, attributePlace } from "../../server/src/vgic/kvm-attribute.ts";
import { LIMITS } from "../../server/src/vgic/limits.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";
import { seed } from "../properties/seed.ts";

const models: readonly Model[] = ["v2", "v3"];

function at(model: Model, address: number, width: number): string | undefined {
  const place = placeOf(mapFrames({ model, cpus: 4, bases: DEFAULT_BASES }), address, width);
  return (
    place &&
    `${place.frame}${place.cpu === undefined ? "" : `@cpu${place.cpu}`}+0x${place.offset.toString(16)}`
  );
}

describe("an address lands", () => {
  test("in the distributor, up to its last byte", () => {
    expect(at("v3", 0x08000000, 4)).toBe("GICD+0x0");
    expect(at("v3", 0x0800fffc, 4)).toBe("GICD+0xfffc");
    expect(at("v2", 0x08000ffc, 4)).toBe("GICD+0xffc");
    expect(at("v2", 0x08001000, 4)).toBeUndefined();
  });

  test("in the redistributor of the vCPU that owns it", () => {
    expect(at("v3", 0x080a0000, 4)).toBe("GICR@cpu0+0x0");
    expect(at("v3", 0x080a0000 + 3 * 0x20000 + 0x10100, 4)).toBe("GICR@cpu3+0x10100");
    expect(at("v3", 0x080a0000 + 4 * 0x20000, 1)).toBeUndefined();
  });

  test("in the CPU interface of a GICv2, which a GICv3 does not have in memory", () => {
    expect(at("v2", 0x0801000c, 4)).toBe("GICC+0xc");
    expect(at("v2", 0x08011000, 4)).toBe("GICC+0x1000");
    expect(at("v3", 0x0801000c, 4)).toBeUndefined();
  });

  test("nowhere, if only some of the access is inside", () => {
    expect(at("v3", 0x0800fffe, 4)).toBeUndefined();
    expect(at("v3", 0x0800fffe, 2)).toBe("GICD+0xfffe");
    expect(at("v3", 0x07fffffe, 4)).toBeUndefined();
    // Each redistributor is a frame of its own.
    expect(at("v3", 0x080bfffc, 8)).toBeUndefined();
    expect(at("v3", 0x080bfffc, 4)).toBe("GICR@cpu0+0x1fffc");
  });

  test("where `baseOf` says that the frame begins", () => {
    for (const model of models) {
      const setup = { model, cpus: 4, bases: DEFAULT_BASES, its: true };
      for (const frame of framesOf(model).filter(isInMemory)) {
        const cpu = FRAMES[frame].isPerCpu ? 2 : undefined;
        const address = baseOf(setup, frame, cpu ?? 0) + 0x10;
        expect(placeOf(mapFrames(setup), address, 4)).toEqual({ frame, offset: 0x10, ...(cpu && { cpu }) });
      }
    }
  });
});

test("looking at where an address lands changes nothing", () => {
  const vgic = new Vgic({ model: "v3", cpus: 4, irqs: 64, host: DEFAULT_HOST });
  vgic.guestRead(1, DEFAULT_BASES.dist + 4, 4);
  const [value, snapshot] = [vgic.value, vgic.snapshot()];
  expect(vgic.locate(DEFAULT_BASES.redist + 0x20000, 4)).toEqual({ frame: "GICR", cpu: 1, offset: 0 });
  expect(vgic.value).toBe(value);
  expect(vgic.isAt(snapshot)).toBe(true);
});

test("frames in memory are found by name", () => {
  expect(FRAME_NAMES.filter((name) => frameNamed(name) !== undefined)).toEqual([
    "GICD",
    "GICR",
    "GICC",
    "GITS",
  ]);
  expect([frameNamed("ICC"), frameNamed("toString"), frameNamed("gicd")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

describe("KVM's numbers", () => {
  test("an affinity names one vCPU", () => {
    for (let cpu = 0; cpu < LIMITS.v3.mostCpus; cpu++) {
      expect(cpuOfAffinity(affinityOf(cpu), LIMITS.v3.mostCpus)).toBe(cpu);
    }
    expect(affinityOf(17)).toBe(0x101);
    expect([cpuOfAffinity(0x10, 512), cpuOfAffinity(2, 2)]).toEqual([undefined, undefined]);
  });

  test("an interrupt line's number names the interrupt and the vCPU", () => {
    expect(lineNumber(27, 3)).toBe(0x0203001b);
    expect(lineNumber(32, undefined)).toBe(0x01000020);
    expect(lineNumbered(lineNumber(27, 300))).toEqual({ intid: 27, cpu: 300 });
    expect(lineNumbered(lineNumber(991, undefined))).toEqual({ intid: 991 });
    expect(lineNumbered(0)).toBeUndefined();
  });

  test("an attribute of a register names what it was made of", () => {
    const place = (model: Model) =>
      fc.record({
        frame: fc.constantFrom(...framesOf(model)),
        cpu: fc.nat(LIMITS[model].mostCpus - 1),
        offset: fc.nat(31).map((n) => n * 32),
      });
    for (const model of models) {
      fc.assert(
        fc.property(place(model), ({ frame, cpu, offset }) => {
          const owner = model === "v3" && frame === "GICD" ? 0 : cpu;
          const attribute = attributeOf({ frame, cpu, offset }, model);
          expect(attributePlace(model, FRAMES[frame].group, attribute)).toEqual({
            frame,
            cpu: owner,
            offset,
          });
        }),
        { seed },
      );
    }
    expect(attributePlace("v3", 5, 0x10_0000_0000n)).toBeUndefined();
    expect(attributePlace("v3", 4, 0n)).toBeUndefined();
  });
});
