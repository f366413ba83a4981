import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { writeAtomically } from "../../server/src/cli/files/write-file.ts";
import { folderWith, goodTrace, vgicTrace } from "./command.ts";

/** A trace with findings that can safely be mended. */
const clumsyTrace = "gic v3\nrevision 3\nlet unused = 1\ncpu0 readl GICD_TYPER\n";

/** Runs the command on one file; what it says, and the file afterwards. */
function on(text: string, ...args: string[]) {
  const folder = folderWith({ "a.vgic": text });
  const result = vgicTrace([...args, "a.vgic"], { folder });
  expect(readdirSync(folder)).toEqual(["a.vgic"]);
  return { ...result, text: readFileSync(path.join(folder, "a.vgic"), "utf8") };
}

describe("--fix", () => {
  test("mends what is safe, says so, and checks the result", () => {
    const { status, stdout, stderr, text } = on(clumsyTrace, "lint", "--fix");
    expect(text).toBe("gic v3\nrevision 3\ncpu0 readl GICD_TYPER\n");
    expect(stderr).toBe("a.vgic: mended 1 finding\n");
    expect(stdout).toBe("1 file, 1 scenario, 1 operation: no findings\n");
    expect(status).toBe(0);
  });

  test("keeps a byte order mark and CRLF", () => {
    const { text } = on(`\ufeff${clumsyTrace.replaceAll("\n", "\r\n")}`, "lint", "--fix");
    expect(text).toBe("\ufeffgic v3\r\nrevision 3\r\ncpu0 readl GICD_TYPER\r\n");
  });

  test("does not write where there is nothing to mend", () => {
    const folder = folderWith({ "a.vgic": goodTrace });
    const file = path.join(folder, "a.vgic");
    const before = statSync(file, { bigint: true });
    expect(vgicTrace(["lint", "--fix"], { folder }).stderr).toBe("");
    expect(statSync(file, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
  });

  test("--diff shows it as a patch, changes nothing, and says with its status whether there is any", () => {
    const { status, stdout, text } = on(clumsyTrace, "lint", "--diff");
    expect(stdout).toBe(
      [
        "--- a/a.vgic",
        "+++ b/a.vgic",
        "@@ -1,4 +1,3 @@",
        " gic v3",
        " revision 3",
        "-let unused = 1",
        " cpu0 readl GICD_TYPER",
        "",
      ].join("\n"),
    );
    expect(text).toBe(clumsyTrace);
    expect(status).toBe(1);
    const nothing = { status: 0, stdout: "", stderr: "--fix would change nothing\n" };
    for (const flags of [["--fix", "--diff"], ["--diff"]])
      expect(on(goodTrace, "lint", ...flags)).toMatchObject(nothing);
  });

  test.each([
    { args: ["--fix", "--update", "."], said: "--fix and --update do different things" },
    { args: ["--fix", "-"], said: "standard input cannot be rewritten in place" },
  ])("$args is refused with a reason", ({ args, said }) => {
    const { status, stderr } = vgicTrace(["lint", ...args], { input: goodTrace });
    expect(stderr).toContain(said);
    expect(status).toBe(2);
  });
});

describe("--update", () => {
  const trace = [
    "gic v3",
    "revision 2",
    "compare none",
    "cpu0 readl GICD_IIDR == 0  # what it is",
    "cpu0 readl GICR_CTLR & 0x6 == 2",
    "cpu0 readl GICD_TYPER2 == 0",
    "user set GICD_IIDR 0",
    "cpu0 readl GICR_CTLR == rev1-2: 1, rev3: 6",
    "cpu0 readl GICD_TYPER == 1  # vgic-ignore[revision-difference]: as on the old board",
    "# vgic-ignore[expectation]: not yet",
    "cpu0 readl GICD_TYPER == 2",
    "",
  ];

  test("writes what the emulator answers, and sums up what changed", () => {
    const { stderr, text } = on(trace.join("\n"), "lint", "--update");
    expect(text.split("\n")).toEqual([
      ...trace.slice(0, 3),
      "cpu0 readl GICD_IIDR == 0x4b00243b  # what it is",
      "cpu0 readl GICR_CTLR & 0x6 == 0x00000000",
      trace[5],
      "user set GICD_IIDR 0 fails EINVAL",
      "cpu0 readl GICR_CTLR == rev1-2: 0x00000000, rev3: 0x00000006",
      ...trace.slice(8),
    ]);
    expect(stderr).toMatchSnapshot();
  });

  test.each([
    "gic v3\nrevision 1\ncpu0 writel GICD_ISENABLER1 0xff\nmigrate to linux-6.1+iidr-fix\nnew vm\n",
    "gic v3\nrevision 3\ncpu0 readl GICD_SGIR exits\n",
    // Written as `ok`, it would name an attribute that is none.
    "gic v3\nrevision 3\nuser get ICC_SRE_EL1 fails ENXIO\n",
  ])("leaves what can be read, and has nothing more to do: %j", (text) => {
    const once = on(text, "lint", "--update");
    expect(once.stdout).not.toContain("error[syntax]");
    expect(once.stdout).not.toContain("error[unknown");
    expect(once.stdout).not.toContain("error[invalid");
    expect(on(once.text, "lint", "--update").text).toBe(once.text);
  });

  test("what is asked of each revision stays asked of each", () => {
    const { text } = on(
      "gic v3\nrevision 3\ncpu0 readl GICD_TYPER2 == rev1: 1, rev2+: 2\n",
      "lint",
      "--update",
    );
    expect(text).toContain("GICD_TYPER2 == rev1+: 0x00000000\n");
  });

  test("leaves lines under a suppression alone, and then has nothing more to do", () => {
    const { text } = on(trace.join("\n"), "lint", "--update");
    expect(text).toContain("GICD_TYPER == 1 ");
    expect(text).toContain("GICD_TYPER == 2");
    const again = on(text, "lint", "--update");
    expect(again.text).toBe(text);
    expect(again.stderr).toBe("");
  });

  test("--diff shows it and changes nothing", () => {
    const { stdout, text, status } = on(trace.join("\n"), "lint", "--update", "--diff");
    expect(stdout).toContain("+cpu0 readl GICD_IIDR == 0x4b00243b  # what it is\n");
    expect(text).toBe(trace.join("\n"));
    expect(status).toBe(1);
  });
});

describe("format", () => {
  const loose = "gic   v3\nrevision 3\n\n\ncpu0  readl   GICD_CTLR==0X0\ncpu0 writel GICD_CTLR 0xAB\n";
  const neat = vgicTrace(["format", "-"], { input: loose }).stdout;

  test("writes files in place, and standard input to standard output", () => {
    expect(neat).toContain("0xab");
    const { status, text, stderr } = on(loose, "format");
    expect(text).toBe(neat);
    expect(stderr).toBe("formatted 1 file of 1\n");
    expect(status).toBe(0);
    expect(on(neat, "format")).toMatchObject({ status: 0, text: neat });
  });

  test("--check names what would change, --diff shows it, and neither changes it", () => {
    expect(on(loose, "format", "--check")).toMatchObject({ status: 1, stdout: "a.vgic\n", text: loose });
    expect(on(neat, "format", "--check")).toMatchObject({ status: 0, stdout: "" });
    const { status, stdout, text } = on(loose, "format", "--diff");
    expect(stdout).toContain("-gic   v3\n+gic v3\n");
    expect({ status, text }).toEqual({ status: 1, text: loose });
  });
});

/** Links and modes, and /dev. */
const isPosix = process.platform !== "win32";

describe("files are written whole or not at all", () => {
  test("a file that was changed meanwhile is left as it is", () => {
    const file = path.join(folderWith({ "a.vgic": "new" }), "a.vgic");
    expect(writeAtomically(file, "mended", Buffer.from("old"))).toEqual({
      failure: `${file} was changed meanwhile: it is left as it is`,
    });
    expect(readFileSync(file, "utf8")).toBe("new");
    expect(readdirSync(path.dirname(file))).toEqual(["a.vgic"]);
  });

  test.runIf(isPosix)("a link stays a link, and a file keeps its mode", () => {
    const folder = folderWith({ "real/a.vgic": clumsyTrace });
    chmodSync(path.join(folder, "real/a.vgic"), 0o664);
    symlinkSync("real/a.vgic", path.join(folder, "b.vgic"));
    vgicTrace(["lint", "--fix", "b.vgic"], { folder });
    expect(lstatSync(path.join(folder, "b.vgic")).isSymbolicLink()).toBe(true);
    expect(statSync(path.join(folder, "real/a.vgic")).mode & 0o777).toBe(0o664);
    expect(readFileSync(path.join(folder, "real/a.vgic"), "utf8")).not.toContain("unused");
  });

  test.runIf(isPosix)("what is no file is written to, not replaced", () => {
    const { status } = vgicTrace(["lint", "--output", "/dev/null", "-"], { input: goodTrace });
    expect(status).toBe(0);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("a folder that is not there is said", () => {
    const failure = writeAtomically(path.join(folderWith({}), "nowhere", "a.vgic"), "mended");
    expect(failure?.failure).toContain("cannot write");
  });
});
