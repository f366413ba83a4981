import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root, vgicTrace } from "./command.ts";

test("the first trace has no errors", () => {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const [, trace] = /^```vgic\n(.*?)^```$/ms.exec(readme) ?? [];
  const { status, stdout } = vgicTrace(["lint", "-"], { input: trace });
  expect(stdout).toContain("warning[revision-difference]");
  expect(status).toBe(0);
});

test("the picture of the lost interrupt is the real one", async () => {
  const [trace] = readFileSync(path.join(root, "examples/lost-disk.vgic"), "utf8").split('\nscenario "a VMM');
  const { stdout } = vgicTrace(["run", "--format", "svg", "-"], { input: trace });
  await expect(stdout).toMatchFileSnapshot(path.join(root, "docs/images/lost-disk.svg"));
});
