/** docs/kernels.md is made from the table of kernels: `npm run docs` writes it. */
import path from "node:path";
import { expect, test } from "vitest";
import { kernelPage } from "../../server/src/analysis/kernels/kernel-page.ts";

test("docs/kernels.md", async () => {
  const page = path.resolve(import.meta.dirname, "../../docs/kernels.md");
  await expect(kernelPage()).toMatchFileSnapshot(page);
});
