/** A word that is not known is answered with the nearest that is. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { folderWith, goodTrace, vgicTrace } from "./command.ts";

const folder = folderWith({ "a.vgic": goodTrace });

test.each([
  [["lint", "--format", "jsn", "a.vgic"], "(Did you mean json?)"],
  [["run", "--format", "svgg", "a.vgic"], "(Did you mean svg?)"],
  [["export", "--to", "kselftets", "a.vgic"], "(Did you mean kselftest?)"],
  [["completion", "bahs"], "(Did you mean bash?)"],
  [
    ["compat", "--from", "linux-6.1", "--to", "linux-7.1", "--by", "qmeu-7.2", "a.vgic"],
    "did you mean qemu?",
  ],
  [["explain", "rev"], "did you mean revision-not-selectable or revision-difference?"],
  [["reduce", "a.vgic", "--keep", "revision-diference"], "did you mean revision-difference?"],
  [["lnit"], "(Did you mean one of init, lint?)"],
])("%j", (args, said) => {
  const { status, stderr } = vgicTrace(args, { folder });
  expect(stderr).toContain(said);
  expect(status).toBe(2);
});

test.each([
  ["gic v3\nrevison 3\ncpu0 readl GICD_TYPER\n", ["`revison`: did you mean `revision`?"]],
  ["gci v3\nrevision 3\ncpu0 readl GICD_TYPER\n", ["`gci`: did you mean `gic`?"]],
  [`${goodTrace}cpu0 mrs ICC_IAR1 == 1023\n`, [expect.stringContaining("did you mean `ICC_IAR1_EL1`?")]],
  [
    `${goodTrace}cpu0 readl GICD_TYPER = 1\n`,
    ["`=` compares nothing: write `==` in front of the expected value"],
  ],
])("one mistake gives one message: %j", (input, messages) => {
  const { stdout } = vgicTrace(["lint", "--format", "json", "-"], { input });
  const [{ diagnostics }] = JSON.parse(stdout).files;
  expect(diagnostics.map(({ message }: { message: string }) => message)).toEqual(messages);
});

test("compat --quiet leaves out what no guest can notice", () => {
  const hosts = ["--from", "linux-6.12", "--to", "linux-7.1", "a.vgic"];
  expect(vgicTrace(["compat", ...hosts], { folder }).stdout).toContain("✓ a.vgic");
  const { stdout, status } = vgicTrace(["compat", "--quiet", ...hosts], { folder });
  expect(stdout).not.toContain("✓");
  expect(stdout).toContain("the guest can notice none of");
  expect(status).toBe(0);
});

test("the manual page has the sections of one", () => {
  const { stdout } = vgicTrace(["manual"]);
  for (const section of ["EXIT STATUS", "FILES", "ENVIRONMENT", "SEE ALSO"])
    expect(stdout).toContain(`.SH ${section}\n`);
});

test("what is no trace is said to be none, and stays as it is", () => {
  const page = "# Title\n\nSome words on interrupts.\n\n- and a list\n";
  const other = folderWith({ "PAGE.md": page, "trace.txt": goodTrace });
  for (const command of ["lint", "run", "format"]) {
    const { status, stderr } = vgicTrace([command, "PAGE.md"], { folder: other });
    expect(stderr).toContain("PAGE.md is no trace: none of its first lines is a statement");
    expect(status).toBe(2);
  }
  expect(readFileSync(path.join(other, "PAGE.md"), "utf8")).toBe(page);
  expect(vgicTrace(["lint", "trace.txt"], { folder: other }).status).toBe(0);
});
