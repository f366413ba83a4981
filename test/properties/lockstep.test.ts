import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluate } from "../../server/src/evaluate/lockstep.ts";
import { perform, returnsValue } from "../../server/src/evaluate/perform.ts";
import { TraceDocument } from "../../server/src/trace/document.ts";
import { resolve } from "../../server/src/trace/resolve.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";
import { seed } from "./seed.ts";

const cpu = fc.constantFrom("cpu0", "cpu1");
const word = fc
  .oneof(fc.constantFrom(0, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }))
  .map((value) => `0x${value.toString(16)}`);
const shared = fc.constantFrom(
  ...["IGROUPR", "ISENABLER", "ICENABLER", "ISPENDR", "ICPENDR", "ISACTIVER", "IPRIORITYR"].map(
    (r) => `GICD_${r}1`,
  ),
  "GICD_CTLR",
  "GICD_IIDR",
);
const own: Record<string, fc.Arbitrary<string>> = {
  v2: fc.constantFrom(
    "GICC_CTLR",
    "GICC_PMR",
    "GICC_IAR",
    "GICC_EOIR",
    "GICC_HPPIR",
    "GICC_APR0",
    "GICD_SGIR",
  ),
  v3: fc.constantFrom("GICR_CTLR", "GICR_IGROUPR0", "GICR_ISPENDR0", "GICR_ISENABLER0"),
};
const system = fc.constantFrom(
  ...[
    "ICC_IAR0_EL1",
    "ICC_IAR1_EL1",
    "ICC_EOIR1_EL1",
    "ICC_PMR_EL1",
    "ICC_IGRPEN0_EL1",
    "ICC_IGRPEN1_EL1",
    "ICC_SGI0R_EL1",
    "ICC_SGI1R_EL1",
  ],
  "ISR_EL1",
);

/** Lines of a trace in which revisions part, follow different paths and meet again. */
function lines(model: "v2" | "v3"): fc.Arbitrary<string> {
  const register = fc.oneof(shared, own[model]);
  const line = fc.oneof(
    fc.tuple(cpu, register).map(([c, r]) => `${c} readl ${r}`),
    fc.tuple(cpu, register, word).map(([c, r, value]) => `${c} writel ${r} ${value}`),
    register.map((r) => `user get ${r}`),
    fc.tuple(register, word).map(([r, value]) => `user set ${r} ${value}`),
    fc.constantFrom(
      "line 40 high",
      "line 40 low",
      "line 33 pulse",
      "line 20@cpu1 high",
      "settle",
      "new vm",
      "cpu1 run",
    ),
    fc.constantFrom("user set GICD_IIDR 0x4b00143b", "user set GICD_IIDR 0x4b00343b", "new vm revision 2"),
  );
  const systemLine = fc.oneof(
    fc.tuple(cpu, system).map(([c, r]) => `${c} mrs ${r}`),
    fc.tuple(cpu, system, word).map(([c, r, value]) => `${c} msr ${r} ${value}`),
  );
  return model === "v2" ? line : fc.oneof(line, systemLine);
}

test.each(["v2", "v3"] as const)("in lockstep a GIC%s answers as it does alone", (model) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(lines(model), { maxLength: 60 }),
      (revision, body) => {
        const text = [`gic ${model}`, `revision ${revision}`, "cpus 2", "irqs 64", ...body].join("\n");
        const [{ scenario }] = resolve(TraceDocument.of(text)).scenarios;
        const evaluation = evaluate(scenario);
        evaluation.variants.forEach((variant, v) => {
          const alone = new Vgic({ ...scenario.setup, host: variant.host, revision: variant.revision });
          scenario.operations.forEach((operation, i) => {
            const answer = perform(alone, operation, variant);
            const outcome = evaluation.outcome(i, v);
            if (answer === "ok" && returnsValue(operation)) {
              const value = (BigInt(alone.high) << 32n) | BigInt(alone.low);
              expect(outcome, body[i]).toEqual({ kind: "value", value });
            } else {
              expect(outcome.kind === "ok", body[i]).toBe(answer === "ok");
            }
          });
          expect(evaluation.stateBefore(scenario.operations.length)[v].snapshot().words.join()).toBe(
            alone.snapshot().words.join(),
          );
        });
      },
    ),
    { numRuns: 2_000, seed },
  );
});
