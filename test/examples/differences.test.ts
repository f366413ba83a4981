/** The suites of differences that a search found: they hold, and say of every difference what both sides answer. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { root, vgicTrace } from "../cli/command.ts";

const folder = path.join(root, "examples/differences");

test.each(readdirSync(folder))("%s lints clean, with compared revisions and hosts", (name) => {
  const { status, stdout } = vgicTrace(["lint", "--max-warnings", "0", path.join(folder, name)]);
  expect(stdout).toContain("no findings");
  expect(status).toBe(0);
});
