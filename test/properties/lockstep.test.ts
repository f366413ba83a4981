import fc from "fast-check";
import { expect, test } from "vitest";
import { TraceDocument } from "../../server/src/document/document.ts";
import { evaluate } from "../../server/src/evaluate/lockstep.ts";
import { outcomeOf } from "../../server/src/evaluate/perform.ts";
import { resolve } from "../../server/src/program/resolve.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";
import { seed } from "./seed.ts";
import { traceLine } from "./traces.ts";

test.each(["v2", "v3"] as const)("in lockstep a GIC%s answers as it does alone", (model) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(traceLine(model), { maxLength: 60 }),
      (revision, body) => {
        const text = [`gic ${model}`, `revision ${revision}`, "cpus 2", "irqs 64", ...body].join("\n");
        const [{ scenario }] = resolve(TraceDocument.of(text)).scenarios;
        const evaluation = evaluate(scenario);
        evaluation.variants.forEach((variant, v) => {
          const alone = new Vgic({ ...scenario.setup, host: variant.host, revision: variant.revision });
          [...scenario.operations].forEach((operation, i) => {
            const outcome = outcomeOf(alone, operation, variant);
            expect(evaluation.outcome(i, v), body[i]).toEqual(outcome);
          });
          expect(evaluation.stateBefore(scenario.operations.length)[v].snapshot().state.words.join()).toBe(
            alone.snapshot().state.words.join(),
          );
        });
      },
    ),
    { numRuns: 2_000, seed },
  );
});
