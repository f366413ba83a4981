/** Random lines of traces in which revisions part, follow different paths and meet again. */
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
