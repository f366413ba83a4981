import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_HOST } from "../../server/src/vgic/kernels/hosts.ts";
import type { Model } from "../../server/src/vgic/kvm-abi.ts";
import { Vgic } from "../../server/src/vgic/vgic.ts";
import { seed } from "./seed.ts";
import { CPUS, IRQS, type NamedStep, steps, wildSteps } from "./steps.ts";

const cases = { numRuns: 10_000, seed };

const MODELS: readonly Model[] = ["v2", "v3"];
/** What the revisions differ in: groups, the number itself, GICR_CTLR. */
const REVISION_DEPENDENT = /^(GIC[DR]_IGROUPR|GICD_IIDR|GICR_CTLR)/;

function machine(model: Model, revision: number): Vgic {
  return new Vgic({ model, cpus: CPUS, irqs: IRQS, host: DEFAULT_HOST, revision });
}

function run(vgic: Vgic, list: readonly NamedStep[]): string[] {
  return list.map(({ name, step }) => `${name} -> ${step(vgic)}`);
}

function listOf(step: fc.Arbitrary<NamedStep>): fc.Arbitrary<NamedStep[]> {
  return fc.array(step, { maxLength: 40 });
}

describe.each(MODELS)("a GIC%s", (model) => {
  const revision = fc.integer({ min: 1, max: 3 });

  test("answers alike under two revisions when no group, IIDR or GICR_CTLR is touched", () => {
    const list = listOf(steps(model, REVISION_DEPENDENT));
    fc.assert(
      fc.property(revision, revision, list, (a, b, operations) => {
        expect(run(machine(model, a), operations)).toEqual(run(machine(model, b), operations));
      }),
      cases,
    );
  });

  test("is the same after snapshot and restore", () => {
    const list = listOf(steps(model));
    fc.assert(
      fc.property(revision, list, list, list, (rev, before, between, after) => {
        const vgic = machine(model, rev);
        run(vgic, before);
        const snapshot = vgic.snapshot();
        const expected = run(vgic, after);
        run(vgic, between);
        vgic.restore(snapshot);
        expect(run(vgic, after)).toEqual(expected);
      }),
      cases,
    );
  });

  test("does the same each time", () => {
    fc.assert(
      fc.property(revision, listOf(steps(model)), (rev, operations) => {
        expect(run(machine(model, rev), operations)).toEqual(run(machine(model, rev), operations));
      }),
      cases,
    );
  });

  test("starts afresh with a new vm", () => {
    const list = listOf(steps(model));
    fc.assert(
      fc.property(revision, list, list, (rev, before, after) => {
        const vgic = machine(model, rev);
        run(vgic, before);
        vgic.newVm({ revision: rev });
        const fresh = machine(model, rev);
        expect(vgic.snapshot()).toEqual(fresh.snapshot());
        expect(run(vgic, after)).toEqual(run(fresh, after));
      }),
      cases,
    );
  });

  test("answers any access of any width at any address", () => {
    fc.assert(
      fc.property(revision, listOf(wildSteps()), (rev, operations) => {
        const vgic = machine(model, rev);
        run(vgic, operations);
        expect(vgic.low).toBeGreaterThanOrEqual(0);
      }),
      cases,
    );
  });
});
