import fc from "fast-check";
import { expect, test } from "vitest";
import { noticeableChanges } from "../../server/src/evaluate/migration-differences.ts";
import { changePhrase } from "../../server/src/rules/migration-words.ts";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import type { Model } from "../../server/src/vgic/kvm-abi.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";
import { seed } from "./seed.ts";
import { CPUS, IRQS, steps } from "./steps.ts";

const MODELS: readonly Model[] = ["v2", "v3"];

test.each(MODELS)("a faithful VMM moves a GIC%s between like hosts without a trace", (model) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(steps(model), { maxLength: 40 }),
      (revision, list) => {
        const vgic = new Vgic({ model, cpus: CPUS, irqs: IRQS, host: DEFAULT_HOST, revision });
        for (const { step } of list) step(vgic);
        const { migration, changes } = noticeableChanges(vgic, {});
        expect(migration.ending).toBe("ok");
        expect(changes.map(changePhrase)).toEqual([]);
      },
    ),
    { numRuns: 1_000, seed },
  );
});
