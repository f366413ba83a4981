import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { diagnose } from "../rules/check.ts";

const folder = path.resolve(import.meta.dirname, "../../examples/stories");
const stories = readdirSync(folder).filter((name) => name.endsWith(".vgic"));

function read(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

test.each(stories)("%s holds under every host and revision that it names", (name) => {
  expect(diagnose(read(name))).toEqual([]);
});

test.each(stories)("every line of %s is run", (name) => {
  const { scenarios } = analyse(TraceDocument.of(read(name)));
  expect(scenarios.length).toBeGreaterThan(0);
  for (const { evaluation } of scenarios) expect(evaluation.scenario.operations.length).toBeGreaterThan(0);
});

test("there are 27 stories, and each is told", () => {
  expect(stories.map((name) => Number(name.slice(0, 2)))).toEqual(
    Array.from({ length: 27 }, (_, i) => i + 1),
  );
  const told = Array.from(read("README.md").matchAll(/^\*\*\[(\d+)\. [^\]]+\]\(([^)]+)\)\.\*\*/gm));
  expect(told.map(([, , file]) => file).sort()).toEqual(stories);
  for (const [, number, file] of told) expect(Number(number)).toBe(Number(file.slice(0, 2)));
});
