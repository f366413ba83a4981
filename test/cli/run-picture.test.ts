/** `run` as a picture: pages and pictures that stand for themselves, and dumps that waveform viewers read. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { folderWith, vgicTrace } from "./command.ts";

const trace = "examples/migration.vgic";

test("svg: one well-formed picture of all scenarios, without anything to load", () => {
  const { status, stdout, stderr } = vgicTrace(["run", "--format", "svg", trace]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(XMLValidator.validate(stdout)).toBe(true);
  expect(stdout).toContain('role="img"');
  expect(stdout).toContain("SPI 41: inactive, disabled, prio 0x00 → cpu0, Group 1 at first");
  expect(stdout.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|href/);
});

test("svg: whatever a trace holds, it stays text", () => {
  const input = 'gic v3\nrevision 3\nscenario "<b>&amp;\u0001</b>]]>"\ncpu0 readl GICD_CTLR\n';
  const { stdout } = vgicTrace(["run", "--format", "svg", "-"], { input });
  expect(XMLValidator.validate(stdout)).toBe(true);
  expect(stdout).not.toContain("<b>");
  expect(stdout).not.toContain("\u0001");
});

test("html: a page that stands for itself and runs its own program alone", () => {
  const { status, stdout } = vgicTrace(["run", "--format", "html", trace]);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-/,
  );
  expect(stdout.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/(src|href)=|https?:/);
  expect(stdout).toContain("SPI 41: inactive, disabled");
});

test("html: what a trace holds ends no script", () => {
  const input = 'gic v3\nrevision 3\nscenario "</script><script>alert(1)</script>"\ncpu0 readl GICD_CTLR\n';
  const { stdout } = vgicTrace(["run", "--format", "html", "-"], { input });
  expect(stdout.match(/<\/script>/g)).toHaveLength(2);
});

test("vcd: a module a scenario, and in it one a variant", () => {
  const { status, stdout } = vgicTrace(["run", "--format", "vcd", trace]);
  expect(status).toBe(0);
  expect(stdout).toContain("$scope module the_revision_is_restored_first $end");
  expect(stdout).toContain("$scope module revision_1 $end");
  expect(stdout).toMatch(/\$var wire 1 \S+ SPI_41_pending \$end/);
  // Times only grow.
  const times = [...stdout.matchAll(/^#(\d+)$/gm)].map(([, time]) => Number(time));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
});

const gtkwave = spawnSync("vcd2fst", ["--help"]).error === undefined;
test.skipIf(!gtkwave)("vcd: GTKWave reads it, and what it reads is what was written", () => {
  const folder = folderWith({});
  const [dump, packed] = ["run.vcd", "run.fst"].map((name) => path.join(folder, name));
  writeFileSync(dump, vgicTrace(["run", "--format", "vcd", trace]).stdout);
  expect(spawnSync("vcd2fst", [dump, packed]).status).toBe(0);
  const read = spawnSync("fst2vcd", [packed], { encoding: "utf8" }).stdout;
  expect(read).toContain("$scope module revision_1 $end");
  expect(read).toMatch(/SPI_41_pending/);
});

test("lines that did not run are said, as in the table", () => {
  const { status, stdout, stderr } = vgicTrace(["run", "--format", "svg", "-"], {
    input: "gic v3\nrevision 3\ncpu0 raedl GICD_CTLR\ncpu0 run\n",
  });
  expect(XMLValidator.validate(stdout)).toBe(true);
  expect(stderr).toContain("1 error in");
  expect(status).toBe(1);
});
