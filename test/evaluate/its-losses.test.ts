import { expect, test } from "vitest";
import { MANAGERS, type Order, orderOf, type Step } from "../../server/src/evaluate/managers.ts";
import { migrateInOrder } from "../../server/src/evaluate/migration.ts";
import { before, changesSince } from "../../server/src/evaluate/migration-differences.ts";
import { looksOf } from "../../server/src/evaluate/observation.ts";
import { changePhrases } from "../../server/src/rules/migration-words.ts";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";

const QUEUE = 0x40100000;
const CONFIGURATION = 0x40140000;
const VALID = 0x80000000;

/** A VM whose event 0 of device 5 is LPI 8192 of cpu1, and pending. */
function guest(): Vgic {
  const vgic = new Vgic({ model: "v3", cpus: 2, irqs: 64, host: DEFAULT_HOST, its: true });
  const { its } = vgic.bases;
  vgic.memoryFill(CONFIGURATION, 0x400, 0xa1);
  for (const cpu of [0, 1]) {
    const redistributor = vgic.addressOf("GICR", cpu, 0);
    vgic.guestWrite(cpu, redistributor + 0x70, 8, CONFIGURATION | 15);
    vgic.guestWrite(cpu, redistributor + 0x78, 8, 0x40150000 + cpu * 0x10000);
    vgic.guestWrite(cpu, redistributor, 4, 1);
  }
  vgic.guestWrite(0, its + 0x100, 8, 0x40110000, VALID);
  vgic.guestWrite(0, its + 0x108, 8, 0x40120000, VALID);
  vgic.guestWrite(0, its + 0x80, 8, QUEUE, VALID);
  vgic.guestWrite(0, its, 4, 1);
  vgic.guestWrite(0, vgic.addressOf("GICD", 0, 0), 4, 2);
  vgic.itsCommand(0, { name: "mapd", device: 5, itt: 0x40130000, bits: 5 });
  vgic.itsCommand(0, { name: "mapc", collection: 0, to: 1 });
  vgic.itsCommand(0, { name: "mapti", device: 5, event: 0, lpi: 8192, collection: 0 });
  vgic.signalMsi(5, 0);
  return vgic;
}

/** What is said of a migration in some order. */
function said(order: Order, vgic = guest()): string {
  const looks = looksOf(vgic.options);
  const start = before(vgic, looks);
  const migration = migrateInOrder(vgic, order, {});
  expect(migration.ending).toBe("ok");
  return changePhrases(changesSince(start, vgic, looks, migration, {}), "faithful", "the host");
}

const FAITHFUL = orderOf("faithful", "v3");
if (FAITHFUL === undefined) throw new Error("no order");
const ORDER: Order = FAITHFUL;

/** The faithful order with its steps, and those for vCPUs and the ITS, changed. */
function changed(change: (steps: Step[]) => Step[]): Order {
  const all = (steps: readonly Step[]): Step[] =>
    change([...steps]).map((step) => {
      if (typeof step === "string") return step;
      if ("cpus" in step) return { cpus: all(step.cpus) };
      return "its" in step ? { its: all(step.its) } : step;
    });
  return { ...ORDER, restore: all(ORDER.restore) };
}

/** Moves a step to the front or the end of the list in which it stands. */
function moved(name: string, to: "front" | "end"): Order {
  return changed((steps) => {
    if (!steps.includes(name)) return steps;
    const others = steps.filter((step) => step !== name);
    return to === "front" ? [name, ...others] : [...others, name];
  });
}

const isTables = (step: Step): boolean => typeof step === "object" && "tables" in step;

test("the faithful order loses nothing", () => {
  expect(said(ORDER)).toBe("");
});

test("the faithful order loses nothing of an ITS that is not set up yet", () => {
  const fresh = new Vgic({ model: "v3", cpus: 2, irqs: 64, host: DEFAULT_HOST, its: true });
  expect(said(ORDER, fresh)).toBe("");
});

test("a restore reads configurations that the source had not read since they were written", () => {
  const vgic = guest();
  vgic.itsCommand(0, { name: "clear", device: 5, event: 0 });
  vgic.memoryWrite(CONFIGURATION, 1, 0x80);
  expect(said(ORDER, vgic)).toBe(
    "an MSI of device 5, event 0 LPI 8192 of cpu1, priority 0xa0 → LPI 8192 of cpu1, disabled, priority 0x80 (the restore reads the LPI's byte in the configuration table, which has changed since KVM last read it; `its inv` in front would have, too)",
  );
});

test("nothing is lost where everything is", () => {
  expect(MANAGERS.crosvm[0].orders.v3?.save).toBeUndefined();
  expect(said({ interrupts: { first: 32 }, restore: [] })).toContain(
    "an MSI of device 5, event 0 LPI 8192 of cpu1, priority 0xa0 → EBUSY",
  );
});

test("EnableLPIs after RESTORE_TABLES reads pending bits that were taken already", () => {
  const enabling = changed((steps) => steps.filter((step) => step !== "GICR_CTLR"));
  expect(said({ ...enabling, restore: [...enabling.restore, { cpus: ["GICR_CTLR"] }] })).toBe(
    "cpu1 is offered IRQ 8192 → nothing (a faithful VMM sets GICR_CTLR.EnableLPIs after the tables are restored, which reads pending bits that are taken out of memory already)",
  );
});

test("GITS_CBASER after GITS_CREADR and GITS_CWRITER sets both to 0", () => {
  const order = changed((steps) => {
    const queue = steps.find(
      (step) => typeof step === "object" && "unlessZero" in step && step.unlessZero === "GITS_CBASER",
    );
    if (queue === undefined) return steps;
    const others = steps.filter((step) => step !== queue);
    return others.toSpliced(others.indexOf("GITS_CWRITER") + 1, 0, queue);
  });
  expect(said(order)).toBe(
    "GITS_CWRITER 0x0000000000000060 → 0x0000000000000000, GITS_CREADR 0x0000000000000060 → 0x0000000000000000 (a faithful VMM writes GITS_CBASER after it, which sets it to 0)",
  );
});

test("GITS_CTLR before everything enables nothing", () => {
  const words = said(moved("GITS_CTLR", "front"));
  expect(words).toContain(
    "GITS_CTLR 0x80000001 → 0x80000000, an MSI of device 5, event 0 LPI 8192 of cpu1, priority 0xa0 → EBUSY (a faithful VMM writes GITS_CTLR before GITS_CBASER and GITS_BASERn, and KVM does not enable an ITS without them)",
  );
});

test("the tables before GITS_BASERn are not there", () => {
  const order = changed((steps) => {
    const tables = steps.find(isTables);
    return tables === undefined ? steps : [tables, ...steps.filter((step) => step !== tables)];
  });
  const why = "a faithful VMM restores the tables before GITS_BASERn, which say where they are";
  expect(said(order)).toBe(
    `an MSI of device 5, event 0 LPI 8192 of cpu1, priority 0xa0 → nothing, cpu1 is offered IRQ 8192 → nothing (${why})`,
  );
});

test("memory that was taken before the tables were saved holds none", () => {
  expect(said({ ...ORDER, save: ["pending"] })).toBe(
    "an MSI of device 5, event 0 LPI 8192 of cpu1, priority 0xa0 → nothing, cpu1 is offered IRQ 8192 → nothing (a faithful VMM takes guest memory before the ITS's tables are saved into it (SAVE_TABLES))",
  );
});

test("what is pending and was not saved is lost", () => {
  expect(said({ ...ORDER, save: ["tables"] })).toBe(
    "cpu1 is offered IRQ 8192 → nothing (a faithful VMM takes guest memory before what is pending is saved into it (SAVE_PENDING_TABLES))",
  );
});

test("vCPU 0's redistributor for every vCPU", () => {
  const words = said({ ...ORDER, savesFirstCpuForAll: true });
  expect(words).toContain("GICR_PENDBASER@cpu1 0x0000000040160180 → 0x0000000040150180");
  expect(words).toContain("cpu1 is offered IRQ 8192 → nothing");
  expect(words).toMatch(/\(a faithful VMM stores vCPU 0's redistributor and CPU interface for every vCPU\)$/);
});

test("tables of LPIs after EnableLPIs are ignored", () => {
  const { restore, ...others } = moved("GICR_CTLR", "front");
  // A restore of the tables would fail with EFAULT, as LPIs have no table.
  const withoutIts = restore.filter((step) => typeof step === "string" || !("its" in step));
  expect(said({ ...others, restore: withoutIts })).toContain(
    "(a faithful VMM writes it when GICR_CTLR has enabled LPIs, and KVM ignores it then)",
  );
});
