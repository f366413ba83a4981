import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { HOST_FLAGS } from "../../server/src/vgic/kernels/hosts.ts";
import { CHANGES } from "../../server/src/vgic/kernels/kernels.ts";
import { REVISIONS } from "../../server/src/vgic/kernels/revisions.ts";
import { IRQS, LIMITS } from "../../server/src/vgic/limits.ts";

function contentOf(page: string): string {
  return readFileSync(path.resolve(import.meta.dirname, "../../docs", page), "utf8");
}

test.each([
  ["language.md", "vCPUs: "],
  ["rules/invalid-declaration.md", "| `cpus` | "],
])("%s states how many vCPUs a VM may have", (page, before) => {
  const { v2, v3 } = LIMITS;
  expect(contentOf(page)).toContain(`${before}1 to ${v2.mostCpus} on GICv2, 1 to ${v3.mostCpus} on GICv3`);
});

test("the page of the language states how many interrupts a VM may have", () => {
  expect(contentOf("language.md")).toContain(`a multiple of ${IRQS.step} from ${IRQS.least} to ${IRQS.most}`);
});

test("the page of the language has every flag of a host, with the release that brought it", () => {
  const rows = [...contentOf("language.md").matchAll(/^\| `([a-z0-9-]+)` \| .* \| ?([\d.]*) \|$/gm)];
  const since = new Map(CHANGES.flatMap(({ flag, since }) => (flag === undefined ? [] : [[flag, since]])));
  expect(new Map(rows.map(([, flag, release]) => [flag, release]))).toEqual(
    new Map(HOST_FLAGS.map((flag) => [flag, since.get(flag) ?? ""])),
  );
});

test("the page about the vGIC has every revision", () => {
  const rows = [...contentOf("how-it-works.md").matchAll(/^\| (\d) \| /gm)].map(([, number]) =>
    Number(number),
  );
  expect(rows).toEqual(REVISIONS);
});
