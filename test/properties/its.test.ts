import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noticeableChanges } from "../../server/src/evaluate/migration-differences.ts";
import type { Host } from "../../server/src/vgic/kernels/hosts.ts";
import { parseHost } from "../../server/src/vgic/kernels/hosts.ts";
import { asCommand, asStores, CPUS, type Give, type ItsStep, itsMachine, itsSteps } from "./its-steps.ts";
import { seed } from "./seed.ts";

const list = fc.array(itsSteps, { maxLength: 60, size: "max" });

/** Does steps until the host fails, and gives what they answered. */
function run(vgic: ReturnType<typeof itsMachine>, steps: readonly ItsStep[], give: Give): string[] {
  const answers: string[] = [];
  for (const step of steps) {
    if (vgic.hasFailed) break;
    answers.push(`${step.name} -> ${step.run(vgic, give)}`);
  }
  return answers;
}

function hostNamed(name: string): Host {
  const host = parseHost(name);
  if (typeof host === "string") throw new Error(host);
  return host;
}

const HOSTS = ["linux-5.10.223", "linux-6.1.192", "linux-6.12.117", "linux-7.1.13", "linux-7.3.4"].map(
  (name): [string, Host] => [name, hostNamed(name)],
);

describe.each(HOSTS)("an ITS of %s", (_, host) => {
  test("is the same by commands and by the stores of a driver", () => {
    fc.assert(
      fc.property(list, (steps) => {
        const [one, other] = [itsMachine(host), itsMachine(host)];
        expect(run(one, steps, asCommand)).toEqual(run(other, steps, asStores));
        expect(one.isAt(other.snapshot())).toBe(true);
      }),
      { numRuns: 400, seed },
    );
  });

  test("is the same after snapshot and restore", () => {
    fc.assert(
      fc.property(list, list, list, (before, between, after) => {
        const vgic = itsMachine(host);
        run(vgic, before, asCommand);
        const snapshot = vgic.snapshot();
        const expected = run(vgic, after, asCommand);
        const end = vgic.snapshot();
        vgic.restore(snapshot);
        run(vgic, between, asCommand);
        vgic.restore(snapshot);
        expect(run(vgic, after, asCommand)).toEqual(expected);
        expect(vgic.isAt(end)).toBe(true);
      }),
      { numRuns: 200, seed },
    );
  });
});

test("save, a new VM and restore lose nothing that LPIs can show", () => {
  // What KVM does lose is left out: events without a collection, LPIs of two events, what nobody is mapped to any more.
  const events = fc.uniqueArray(fc.record({ device: fc.nat(3), event: fc.nat(7), collection: fc.nat(2) }), {
    maxLength: 12,
    selector: ({ device, event }) => device * 8 + event,
  });
  const targets = fc.tuple(...[0, 1, 2].map(() => fc.nat(CPUS - 1)));
  const later = fc.array(
    fc.record({
      at: fc.nat(11),
      what: fc.constantFrom("msi", "int", "clear", "movi"),
      collection: fc.nat(2),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(events, targets, later, (mapped, cpus, steps) => {
      const vgic = itsMachine();
      for (let device = 0; device < 4; device++)
        vgic.itsCommand(0, { name: "mapd", device, itt: 0x40130000 + device * 0x1000, bits: 4 });
      cpus.forEach((to, collection) => {
        vgic.itsCommand(0, { name: "mapc", collection, to });
      });
      mapped.forEach((event, i) => {
        vgic.itsCommand(0, { name: "mapti", ...event, lpi: 8192 + i });
      });
      for (const { at, what, collection } of steps) {
        const known = mapped[at];
        if (known === undefined) continue;
        const { device, event } = known;
        if (what === "msi") vgic.signalMsi(device, event);
        else if (what === "movi") vgic.itsCommand(0, { name: "movi", device, event, collection });
        else if (what === "int" || what === "clear") vgic.itsCommand(0, { name: what, device, event });
      }
      const { migration, changes } = noticeableChanges(vgic, {});
      expect(migration.ending).toBe("ok");
      // In which order equal priorities became pending no VMM can save.
      expect(changes.filter(({ cause }) => cause.kind !== "arrival")).toEqual([]);
    }),
    { numRuns: 500, seed },
  );
});
