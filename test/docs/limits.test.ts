import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { IRQS, LIMITS } from "../../server/src/vgic/limits.ts";

test("the page of the language states KVM's limits as the emulator has them", () => {
  const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/language.md"), "utf8");
  const { v2, v3 } = LIMITS;
  expect(page).toContain(`vCPUs: 1 to ${v2.mostCpus} on GICv2, 1 to ${v3.mostCpus} on GICv3`);
  expect(page).toContain(`a multiple of ${IRQS.step} from ${IRQS.least} to ${IRQS.most}`);
});
