import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MANAGERS, orderOf, type Step } from "../../server/src/evaluate/managers.ts";
import { type Action, spellOut } from "../../server/src/evaluate/order.ts";
import { attributePlace } from "../../server/src/vgic/kvm-attribute.ts";

import { registers } from "../../server/src/vgic/registers/registers.ts";

/** What a recording did: "GICD cpu1 0x100", and whether all ones were written. */
function recorded(file: string, verb: "get" | "set"): { readonly place: string; readonly value: string }[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([first]) => first === verb)
    .map(([, group, attribute, value]) => {
      const model = file.includes("gicv3") ? "v3" : "v2";
      const place = attributePlace(model, Number(group), BigInt(attribute));
      return { place: `${place?.frame} cpu${place?.cpu} 0x${place?.offset.toString(16)}`, value };
    });
}

function spelledOut(model: "v2" | "v3"): { place: string; written: string }[] {
  const order = orderOf("qemu-7.2", model);
  if (!order) return [];
  return spellOut(order, { model, cpus: 2, irqs: 288 }).flatMap((action: Action) =>
    action.kind !== "attribute"
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
    if ("zero" in step) return [step.zero];
    if ("unlessZero" in step) return [step.unlessZero];
    if ("withoutLines" in step) return [step.withoutLines];
    if ("strideOf4" in step) return [step.strideOf4];
    if ("lines" in step || "tables" in step || "frame" in step) return [];
    if ("words" in step) return names(step.words);
    if ("cpus" in step) return names(step.cpus);
    if ("cpusAsFirst" in step) return names(step.cpusAsFirst);
    if ("its" in step) return names(step.its);
    return names("steps" in step ? step.steps : step.firstCpu);
  });
}

const everyOrder = Object.entries(MANAGERS).flatMap(([manager, rows]) =>
  rows.flatMap(({ since, orders }) =>
    (["v2", "v3"] as const).flatMap((model) => {
      const order = orders[model];
      return order === undefined ? [] : [{ title: `${manager} ${since.join(".")} ${model}`, model, order }];
    }),
  ),
);

test.each(everyOrder)("the order of $title names registers of its model", ({ model, order }) => {
  const known = registers(model);
  for (const name of names(order.restore)) {
    // The ITS is restored in the VMM's order as soon as it is modelled.
    if (name.startsWith("GITS_")) continue;
    const exists = known.find(name) !== undefined || known.rows.some((row) => row.name === name);
    expect(exists, name).toBe(true);
  }
});

test("only a faithful VMM writes GICD_IIDR first; crosvm writes it with all other words", () => {
  for (const { title, model, order } of everyOrder) {
    const actions = spellOut(order, { model, cpus: 1, irqs: 64 });
    const place = actions.findIndex(
      (action) => action.kind === "attribute" && action.frame === "GICD" && action.offset === 8,
    );
    if (title.startsWith("faithful")) expect(place, title).toBe(0);
    else expect(place > 0, title).toBe(title.startsWith("crosvm"));
  }
});

test.each([
  ["qemu-2.12", "GICD_ICENABLER1", "zero"],
  ["qemu-6", "GICD_ICENABLER1", "zero"],
  ["qemu-7.2", "GICD_ICENABLER1", "ones"],
  ["qemu-9.1", "GICD_ICENABLER1", "zero"],
  ["qemu-10.1", "GICD_ICENABLER1", "ones"],
  ["qemu", "GICD_ICENABLER1", "ones"],
  ["firecracker-1.10", "GICD_ICENABLER1", "saved"],
] as const)("%s writes %s with %s", (manager, name, written) => {
  const order = orderOf(manager, "v3");
  const offset = registers("v3").find(name)?.offset;
  const actions = order === undefined ? [] : spellOut(order, { model: "v3", cpus: 1, irqs: 64 });
  expect(
    actions.find(
      (action) => action.kind === "attribute" && action.frame === "GICD" && action.offset === offset,
    ),
  ).toMatchObject({ written });
});

test.each([
  ["firecracker-1.12", ["GICR_CTLR", "GICR_PROPBASER"]],
  ["firecracker-1.13", ["GICR_PROPBASER", "GICR_CTLR"]],
  ["firecracker", ["GICR_PROPBASER", "GICR_CTLR"]],
  ["cloud-hypervisor-16", ["GICR_CTLR", "GICR_PROPBASER"]],
  ["cloud-hypervisor-53", ["GICR_PROPBASER", "GICR_CTLR"]],
] as const)("%s restores %j in this order", (manager, registersInOrder) => {
  const all = names(orderOf(manager, "v3")?.restore ?? []);
  expect(all.filter((name) => registersInOrder.some((one) => one === name))).toEqual(registersInOrder);
});
