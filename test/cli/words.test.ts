/** A word that is not known is answered with the nearest that is. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../server/src/cli/commands.ts";
import { folderWith, goodTrace, root, vgicTrace } from "./command.ts";

const folder = folderWith({ "a.vgic": goodTrace });

test.each([
  [["lint", "--format", "jsn", "a.vgic"], ": did you mean json?"],
  [["run", "--format", "svgg", "a.vgic"], ": did you mean svg?"],
  [["export", "--to", "kselftets", "a.vgic"], ": did you mean kselftest?"],
  [["completion", "bahs"], ": did you mean bash?"],
  [
    ["compat", "--from", "linux-6.1", "--to", "linux-7.1", "--by", "qmeu-7.2", "a.vgic"],
    "did you mean qemu?",
  ],
  [["explain", "rev"], "did you mean revision-not-selectable or revision-difference?"],
  [["reduce", "a.vgic", "--keep", "revision-diference"], "did you mean revision-difference?"],
  [["lnit"], ": did you mean init or lint?"],
])("%j", (args, said) => {
  const { status, stderr } = vgicTrace(args, { folder });
  expect(stderr).toContain(said);
  expect(status).toBe(2);
});

test.each([
  ["gic v3\nrevison 3\ncpu0 readl GICD_TYPER\n", ["`revison`: did you mean `revision`?"]],
  ["gci v3\nrevision 3\ncpu0 readl GICD_TYPER\n", ["`gci`: did you mean `gic`?"]],
  [`${goodTrace}cpu0 mrs ICC_IAR1 == 1023\n`, [expect.stringContaining("did you mean `ICC_IAR1_EL1`?")]],
  [`${goodTrace}cpu0 readl GICD_TYPER = 1\n`, ["`=` compares nothing: write `==` before the expected value"]],
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

test.skipIf(process.platform === "win32").each([
  ["compat --from linux-6.12+", ["linux-6.12+fixed-groups"]],
  ["compat --by cloud", ["cloud-hypervisor"]],
  ["explain latent", ["latent-revision-difference"]],
  ["reduce --keep stale", ["stale-lpi-configuration"]],
  ["hosts linux-4", ["linux-4.18"]],
  ["lint --format gi", ["github", "gitlab"]],
  ["diff --format m", ["markdown"]],
])("bash completes %s", (typed, words) => {
  const script = vgicTrace(["completion", "bash"]).stdout;
  const typedWords = ["vgic-trace", ...typed.split(" ")];
  const ask = `COMP_WORDS=(${typedWords.join(" ")}); COMP_CWORD=${typedWords.length - 1}; _vgic_trace`;
  const { stdout } = spawnSync("bash", ["-c", `${script}\n${ask}; printf '%s\\n' "\${COMPREPLY[@]}"`], {
    encoding: "utf8",
  });
  expect(stdout.trim().split("\n").sort()).toEqual([...words].sort());
});

/**
 * At 80 columns. What is a file of its own (a trace, a C test, a manual page, a completion script) has the lines that it has, as
 * have lines of a trace that are quoted, and a message on standard error is one line.
 */
const examples = path.join(root, "examples");
const hosts = ["--from", "linux-5.10", "--to", "linux-7.1+revision-1"];
test.each([
  ["lint", "--statistics", "."],
  ["lint", "differences", "wrong"],
  ...["tour.vgic", "hosts.vgic", "its.vgic", "stories/02-v2-groups-opt-in.vgic"].map((trace) => [
    "run",
    trace,
  ]),
  ["run", "differences/linux-6.12-and-7.1.vgic"],
  ["compat", ...hosts, "--by", "qemu", "--back", "hosts.vgic", "stories"],
  ["compat", ...hosts, "--by", "all", "migration.vgic"],
  ["compat", "--matrix", "migration.vgic"],
  ["hosts"],
  ["hosts", "linux-6.12", "linux-7.1"],
  ["hosts", "--vmm"],
  ["explain"],
  ["doctor"],
  ["--help"],
  ...COMMANDS.map(({ name }) => [name, "--help"]),
])("%s %s %s fits 80 columns", (...args) => {
  const { stdout } = vgicTrace(args, { folder: examples, environment: { COLUMNS: "80" } });
  expect(stdout).not.toBe("");
  const isQuoted = (line: string) => /^ {4}(?:cpu\d|user|memory|line|migrate|msi|settle) /.test(line);
  expect(stdout.split("\n").filter((line) => [...line].length > 80 && !isQuoted(line))).toEqual([]);
});

test.each(["", ...COMMANDS.map(({ name }) => name)])(
  "the help of %s fits narrow terminals, but for commands to be copied",
  (name) => {
    const args = name === "" ? ["--help"] : [name, "--help"];
    const isCommand = (line: string) => line.startsWith("  $ ");
    for (const columns of [40, 60, 66]) {
      const { stdout } = vgicTrace(args, { folder: examples, environment: { COLUMNS: `${columns}` } });
      expect(stdout).toContain("Options:");
      expect(stdout.split("\n").filter((line) => [...line].length > columns && !isCommand(line))).toEqual([]);
    }
  },
);

test("output fits 80 columns", () => {
  const trace = [
    "gic v3",
    "revision 3",
    'scenario "a guest that moves some of its shared peripheral interrupts to Group 0, and looks"',
    "cpu0 writel GICD_IGROUPR1 0",
    "cpu0 readl GICD_IGROUPR1 == 0xffffffff",
    "migrate to linux-6.12+fixed-groups by qemu",
    "",
  ].join("\n");
  const folder = folderWith({ "a.vgic": trace });
  const narrow = { folder, environment: { COLUMNS: "80" } };
  const compat = [
    "compat",
    "--from",
    "linux-6.12",
    "--to",
    "linux-6.12+fixed-groups",
    "--by",
    "qemu",
    "a.vgic",
  ];
  for (const args of [["explain"], ["explain", "revision-difference"], ["lint", "a.vgic"], compat]) {
    const { stdout } = vgicTrace(args, narrow);
    expect(stdout).not.toBe("");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
  const wide = vgicTrace(["explain"], { environment: { COLUMNS: "200" } }).stdout;
  expect(Math.max(...wide.split("\n").map((line) => line.length))).toBeGreaterThan(80);
});
