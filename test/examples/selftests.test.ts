import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { diagnose } from "../rules/check.ts";

const folder = path.resolve(import.meta.dirname, "../../examples/selftests");

test.each(readdirSync(folder))("%s holds", (name) => {
  expect(diagnose(readFileSync(path.join(folder, name), "utf8"))).toEqual([]);
});
