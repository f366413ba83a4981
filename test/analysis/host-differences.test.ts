import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { differencesBetween } from "../../server/src/analysis/kernels/hosts.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { parseHost } from "../../server/src/vgic/kernels/hosts.ts";

function hostNamed(name: string) {
  const host = parseHost(name);
  if (typeof host === "string") throw new Error(name);
  return host;
}

test.each([
  ["linux-4.18", "linux-7.1"],
  ["linux-7.1", "linux-4.18"],
  ["linux-5.10", "linux-6.12"],
  ["linux-6.1.164", "linux-6.6"],
  ["linux-6.12.60", "linux-7.2"],
  ["linux-6.12+iidr-fix", "linux-7.1+revision-1"],
])("the traces of %s and %s hold on both, and say nothing of others", (one, other) => {
  const differences = differencesBetween(hostNamed(one), hostNamed(other));
  expect(differences.length).toBeGreaterThan(0);
  for (const { id, trace, hostFails } of differences) {
    const { diagnostics } = analyse(TraceDocument.of(trace));
    const wrong = diagnostics.filter(
      ({ severity, code }) => severity === "error" || code === "revision-difference",
    );
    if (hostFails === undefined)
      expect(
        wrong.map(({ message }) => message),
        id,
      ).toEqual([]);
    for (const line of trace.split("\n")) {
      expect(line.split(/(?:before|from|host) linux-/).length, line).toBeLessThanOrEqual(3);
    }
  }
});
