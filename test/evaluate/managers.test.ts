import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ORDERS, type Step } from "../../server/src/evaluate/managers.ts";
import { type Action, spellOut } from "../../server/src/evaluate/order.ts";
import { registers } from "../../server/src/vgic/registers.ts";

const FRAMES = new Map([
  ["1", "GICD"],
  ["2", "GICC"],
  ["5", "GICR"],
  ["6", "ICC"],
  ["7", "LEVEL"],
]);

/** What a recording did: "GICD cpu1 0x100", and whether all ones were written. */
function recorded(file: string, verb: "get" | "set"): { readonly place: string; readonly value: string }[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([first]) => first === verb)
    .map(([, group, attribute, value]) => {
      const code = BigInt(attribute);
      const cpu = group === "1" && file.includes("gicv3") ? 0n : code >> 32n;
      return { place: `${FRAMES.get(group)} cpu${cpu} 0x${(code & 0xffffffffn).toString(16)}`, value };
    });
}

function spelledOut(model: "v2" | "v3"): { place: string; written: string }[] {
  const order = ORDERS.qemu[model];
  if (!order) return [];
  return spellOut(order, { model, cpus: 2, irqs: 288 }).flatMap((action: Action) =>
    action.kind === "lines"
      ? []
      : [
          {
            place: `${action.frame} cpu${action.cpu} 0x${action.offset.toString(16)}`,
            written: action.written,
          },
        ],
  );
}

test.each(["v2", "v3"] as const)("QEMU's order for a GIC%s is the one that QEMU was seen to use", (model) => {
  const restore = recorded(`qemu-7.2-gic${model}.txt`, "set");
  const order = spelledOut(model);
  expect(order.map(({ place }) => place)).toEqual(restore.map(({ place }) => place));
  order.forEach(({ place, written }, i) => {
    if (written === "ones") expect(restore[i], place).toMatchObject({ value: "0xffffffff" });
  });
});

test.each(["v2", "v3"] as const)("QEMU saves of a GIC%s what it restores", (model) => {
  const restored = spelledOut(model).filter(({ written }) => written === "saved");
  const saved = new Set(
    recorded(`qemu-7.2-gic${model}.txt`, "get")
      .map(({ place }) => place)
      // It only looks whether these fit.
      .filter(
        (place) => !["GICD cpu0 0x4", "GICD cpu0 0x8", "GICR cpu0 0x8", "GICR cpu0 0xc"].includes(place),
      )
      // The senders of SGIs read the same in GICD_CPENDSGIR as in GICD_SPENDSGIR, which it restores.
      .map((place) => place.replace(/0xf1(.)$/, "0xf2$1")),
  );
  expect([...saved].sort()).toEqual([...new Set(restored.map(({ place }) => place))].sort());
});

function names(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (typeof step === "string") return [step];
    if ("clear" in step) return [step.clear];
    if ("unlessZero" in step) return [step.unlessZero];
    if ("withoutLines" in step) return [step.withoutLines];
    if ("strideOf4" in step) return [step.strideOf4];
    if ("lines" in step) return [];
    return names("words" in step ? step.words : "cpus" in step ? step.cpus : step.firstCpu);
  });
}

test("every order names registers of its model", () => {
  for (const orders of Object.values(ORDERS)) {
    for (const model of ["v2", "v3"] as const) {
      const known = registers(model);
      for (const name of names(orders[model]?.restore ?? [])) {
        const exists = known.find(name) !== undefined || known.rows.some((row) => row.name === name);
        expect(exists, name).toBe(true);
      }
    }
  }
});

test("only a faithful VMM writes GICD_IIDR", () => {
  for (const [manager, orders] of Object.entries(ORDERS)) {
    for (const order of Object.values(orders)) {
      expect(names(order.restore).indexOf("GICD_IIDR"), manager).toBe(manager === "faithful" ? 0 : -1);
    }
  }
});
