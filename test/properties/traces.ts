/** Random lines of traces in which revisions diverge, follow different paths and meet again. */
import fc from "fast-check";
import type { Model } from "../../server/src/vgic/kvm-abi.ts";

const cpu = fc.constantFrom("cpu0", "cpu1");
const word = fc
  .oneof(fc.constantFrom(0, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }))
  .map((value) => `0x${value.toString(16)}`);
const arrays = ["IGROUPR", "ISENABLER", "ICENABLER", "ISPENDR", "ICPENDR", "ISACTIVER", "IPRIORITYR"];
const shared = fc.constantFrom(...arrays.map((name) => `GICD_${name}1`), "GICD_CTLR", "GICD_IIDR");
const interfaceOf: Readonly<Record<Model, readonly string[]>> = {
  v2: ["GICC_CTLR", "GICC_PMR", "GICC_IAR", "GICC_EOIR", "GICC_HPPIR", "GICC_APR0", "GICD_SGIR"],
  v3: ["GICR_CTLR", "GICR_IGROUPR0", "GICR_ISPENDR0", "GICR_ISENABLER0"],
};
const system = fc.constantFrom(
  ...["IAR0", "IAR1", "EOIR1", "PMR", "IGRPEN0", "IGRPEN1", "SGI0R", "SGI1R"].map(
    (name) => `ICC_${name}_EL1`,
  ),
  "ISR_EL1",
);

/** One operation. */
export function traceLine(model: Model): fc.Arbitrary<string> {
  const register = fc.oneof(shared, fc.constantFrom(...interfaceOf[model]));
  const line = fc.oneof(
    fc.tuple(cpu, register).map(([c, r]) => `${c} readl ${r}`),
    fc.tuple(cpu, register, word).map(([c, r, value]) => `${c} readl ${r} == ${value}`),
    fc.tuple(cpu, register, word).map(([c, r, value]) => `${c} writel ${r} ${value}`),
    register.map((r) => `user get ${r}`),
    fc.tuple(register, word).map(([r, value]) => `user set ${r} ${value}`),
    fc.constantFrom(
      "line 40 high",
      "line 40 low",
      "line 33 pulse",
      "line 20@cpu1 high",
      "settle",
      "cpu1 run",
    ),
    fc.constantFrom("user set GICD_IIDR 0x4b00143b", "user set GICD_IIDR 0x4b00343b"),
    fc.constantFrom("new vm", "new vm revision 2"),
  );
  if (model === "v2") return line;
  const systemLine = fc.oneof(
    fc.tuple(cpu, system).map(([c, r]) => `${c} mrs ${r}`),
    fc.tuple(cpu, system, word).map(([c, r, value]) => `${c} msr ${r} ${value}`),
  );
  return fc.oneof(line, systemLine);
}

/** An ITS with tables, a queue and LPIs enabled on both vCPUs, as a guest makes it. */
export const ITS_SETUP: readonly string[] = [
  "memory fill 0x40140000 0x40 0xa1",
  "cpu0 writeq GICR_PROPBASER 0x40140000 | 15",
  "cpu0 writeq GICR_PENDBASER 0x40150000",
  "cpu1 writeq GICR_PENDBASER 0x40160000",
  "cpu0 writel GICR_CTLR 1",
  "cpu1 writel GICR_CTLR 1",
  "cpu0 writeq GITS_BASER0 0x8000000040110000",
  "cpu0 writeq GITS_BASER1 0x8000000040120000",
  "cpu0 writeq GITS_CBASER 0x8000000040100000",
  "cpu0 writel GITS_CTLR 1",
  "cpu0 msr ICC_PMR_EL1 0xff",
  "cpu0 msr ICC_IGRPEN1_EL1 1",
  "cpu0 writel GICD_CTLR 2",
];

/** One operation on an ITS, its memory or its LPIs. */
export function itsLine(): fc.Arbitrary<string> {
  const device = fc.constantFrom(1, 2);
  const event = fc.constantFrom(0, 1, 2, 40);
  const lpi = fc.constantFrom(8192, 8193, 8194, 40);
  const collection = fc.constantFrom(0, 1);
  const at = fc.constantFrom(0, 1, 2, 64);
  const byte = fc.constantFrom("0xa0", "0xa1", "0x81");
  const named = fc.tuple(device, event).map(([d, e]) => `device ${d} event ${e}`);
  return fc.oneof(
    fc.tuple(cpu, device).map(([c, d]) => `${c} its mapd device ${d} itt 0x4013${d}000 bits 3`),
    fc.tuple(cpu, collection, cpu).map(([c, id, to]) => `${c} its mapc collection ${id} to ${to}`),
    fc.tuple(named, lpi, collection).map(([n, l, c]) => `cpu0 its mapti ${n} lpi ${l} collection ${c}`),
    fc.tuple(named, collection).map(([n, c]) => `cpu0 its movi ${n} collection ${c}`),
    fc.tuple(fc.constantFrom("inv", "int", "clear", "discard"), named).map(([c, n]) => `cpu0 its ${c} ${n}`),
    named.map((n) => `msi ${n}`),
    fc.tuple(at, byte).map(([offset, value]) => `cpu0 writeb 0x40140000 + ${offset} ${value}`),
    fc.tuple(at, byte).map(([offset, value]) => `memory writeb 0x40140000 + ${offset} ${value}`),
    fc.constantFrom(
      "memory fill 0x40140000 0x40 0xa0",
      "cpu0 its mapc collection 0 off",
      "cpu0 its mapd device 1 off",
      "cpu0 its invall collection 0",
      "cpu0 its movall cpu0 to cpu1",
      "cpu0 its sync cpu0",
      "user save its",
      "user save pending",
      "user restore its",
      "user reset its",
      "new vm keeping memory",
      "cpu1 writel GICR_CTLR 0",
      "cpu1 writel GICR_CTLR 1",
      "cpu0 writel GITS_CTLR 0",
      "cpu0 writel GITS_CTLR 1",
      "cpu0 mrs ICC_IAR1_EL1",
      "cpu0 msr ICC_EOIR1_EL1 8192",
      "cpu0 readq GITS_CREADR",
      "memory readq 0x40110008",
      "memory readb 0x40140000 == 0xa1",
      "migrate to linux-7.1 by qemu",
    ),
  );
}
