import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import metadata from "../../package.json" with { type: "json" };
import { COMMANDS } from "../../server/src/cli/commands.ts";
import { differingTrace, entry, folderWith, goodTrace, root, vgicTrace } from "./command.ts";

test.each([["--help"], ["lint", "--help"], ["run", "--help"], ["explain", "--help"]])(
  "help of %s %s",
  (...args) => {
    const { status, stdout, stderr } = vgicTrace(args);
    expect(stdout).toMatchSnapshot();
    expect(stderr).toBe("");
    expect(status).toBe(0);
  },
);

test("the version is the package's", () => {
  const { status, stdout } = vgicTrace(["--version"]);
  expect(stdout).toBe(`${metadata.version}\n`);
  expect(status).toBe(0);
});

test.each([
  { args: [], said: "Usage: vgic-trace" },
  { args: ["lnt"], said: "vgic-trace: there is no command lnt: did you mean lint?" },
  { args: ["help", "lnt"], said: "vgic-trace: there is no command lnt: did you mean lint?" },
  { args: ["run"], said: "the argument <path> is missing" },
  { args: ["run", "a", "b"], said: "run takes 1 argument, not 2" },
])("$args is refused with a reason", ({ args, said }) => {
  const { status, stdout, stderr } = vgicTrace(args);
  expect(stderr).toContain(said);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

/** What the examples of the help name: a repository of traces, logs and a snapshot, and programs beside the command. */
function folderOfExamples(): string {
  const read = (name: string) => readFileSync(path.join(root, name));
  const log = read("test/logs/fmt-tracecmd-report.txt");
  const folder = folderWith({
    "boot.vgic": `${differingTrace.padEnd(differingTrace.length + 116, "\n")}cpu0 readl GICD_CTLR == 0x77\n`,
    "traces/boot.vgic": "gic v3\nhost linux-5.10\ncpu0 readl GICD_TYPER\n",
    "new.vgic": goodTrace,
    "two-vcpus.vgic": read("examples/interleavings.vgic"),
    "boot.ftrace.txt": read("test/logs/harness-v3-pending-edge.ftrace.txt"),
    "old-kernel.txt": log,
    "host.ftrace.txt":
      " kvm-vcpu-0-11  [000] d....  10.1: kvm_mmio: mmio write len 4 gpa 0x8000000 val 0x12\n",
    "vmm-calls.txt": "7 10.2 fd 9 KVM_SET_DEVICE_ATTR flags 0 group 1 attr 0x104 value 0x100 = 0\n",
    "state.json": read("test/snapshots/ch-v54dev-2cpu.json"),
    "bin/vgic-trace": `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`,
    "bin/trace-cmd": `#!/bin/sh\ncat "$(dirname "$0")/../old-kernel.txt"\n`,
    "bin/source": "#!/bin/sh\ncat > /dev/null\n",
  });
  for (const program of ["vgic-trace", "trace-cmd", "source"])
    chmodSync(path.join(folder, "bin", program), 0o755);
  const commit = "git -c user.name=Test -c user.email=test@example.org commit -q --allow-empty -m Traces";
  const repository = `git init -q && git add traces && ${`${commit} && `.repeat(4)} git update-ref refs/remotes/origin/main HEAD`;
  expect(spawnSync("sh", ["-c", repository], { cwd: folder, encoding: "utf8" }).stderr).toBe("");
  return folder;
}

// The examples are lines for a shell.
describe.skipIf(process.platform === "win32")("the examples of the help can be typed as they stand:", () => {
  test.each(["--help", ...COMMANDS.map(({ name }) => name)])("%s", (name) => {
    const { stdout } = vgicTrace(name === "--help" ? [name] : [name, "--help"]);
    const lines = [...stdout.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line]) => line);
    expect(stdout.includes("\nExamples:\n")).toBe(lines.length > 0);
    if (lines.length === 0) return;
    const folder = folderOfExamples();
    const environment = {
      ...process.env,
      PATH: `${path.join(folder, "bin")}:${process.env.PATH}`,
      HOME: folder,
      GITHUB_STEP_SUMMARY: path.join(folder, "summary.md"),
    };
    for (const line of lines) {
      // A search takes as long as it is told; an answer comes after a second.
      const short = line.replace(/--time \d+m/, "--time 1s").replace("--steps 1000000", "--steps 1000");
      const typed = /^vgic-trace explore --from \S+ --to \S+$/.test(short) ? `${short} --time 1s` : short;
      const ran = spawnSync("sh", ["-c", typed], { cwd: folder, env: environment, encoding: "utf8" });
      // Whether a kernel is there to be booted, the machine decides.
      const statuses = /Image|replay/.test(line) ? [0, 1, 2] : [0, 1];
      expect(statuses, `${line}\n${ran.stderr}`).toContain(ran.status);
      expect(ran.stderr, line).not.toMatch(/there is no (?:command|option)| takes /);
    }
  });
});
