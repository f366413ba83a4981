/** `vgic-trace doctor`: what is there for replaying, exporting and editing, and what to install for the rest. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import os from "node:os";
import type { Command } from "commander";
import metadata from "../../../../package.json" with { type: "json" };
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { isFailure } from "../files/failure.ts";
import { programInPath } from "../files/program.ts";
import { examples } from "../help/examples.ts";
import { findKernel, replayProgram } from "../replay/kernel-image.ts";
import { outputStyle, print, type Style } from "../terminal/terminal.ts";
import { fitted } from "../terminal/wrap.ts";

/** The flags of `doctor`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("say what is installed, and what for")
    .description(
      "Says what is there for replaying, exporting and editing, and what to install for the rest. Checking, importing and exploring need nothing but this command. Put what it prints into a report of a fault.",
    )
    .addHelpText("after", examples("doctor"))
    .action(async () => {
      print(await doctor(metadata.version));
      finish(exitStatus.clean);
    });
}

/** Something that some commands need. */
interface Need {
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  /** What was found: a version or a place; undefined where there is nothing. */
  readonly found: string | undefined;
  /** How to get it. */
  readonly advice: string;
}

async function doctor(version: string): Promise<string> {
  const style = outputStyle();
  const needs = await needsOf();
  const lines = needs.map((need) => needText(need, style));
  return [
    `vgic-trace ${version}, Node.js ${process.versions.node}, ${os.type()} ${os.release()} ${process.arch}`,
    "lint, run, compat, import, explore, reduce, format: nothing else is needed",
    ...lines,
    "",
  ].join("\n");
}

async function needsOf(): Promise<Need[]> {
  const image = await findKernel(undefined);
  const replay = await replayProgram();
  return [
    {
      name: "QEMU for arm64",
      purpose: "replay, explore --kernel",
      found: versionOf("qemu-system-aarch64"),
      advice: "on Debian: apt-get install qemu-system-arm",
    },
    {
      name: "an arm64 kernel",
      purpose: "replay; others with --kernel",
      found: typeof image === "string" ? image : undefined,
      advice: "docs/replay.md says how to get one; or name an image with --kernel",
    },
    {
      name: "the replay program",
      purpose: "replay",
      found: isFailure(replay) ? undefined : replay.path,
      advice: "build it with `make -C replay`",
    },
    {
      name: "/dev/kvm",
      purpose: "replay --dev-kvm, on arm64",
      found: kvmHere(),
      advice: "only on an arm64 machine with KVM; elsewhere QEMU is used",
    },
    {
      name: "an arm64 cross compiler",
      purpose: "compiling what export writes",
      found: versionOf("aarch64-linux-gnu-gcc"),
      advice: "on Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    },
    {
      name: "git",
      purpose: "diff, lint --changed",
      found: versionOf("git"),
      advice: "on Debian: apt-get install git",
    },
  ];
}

function needText(need: Need, style: Style): string {
  return fitted(needLines(need, style), style.width);
}

function needLines({ name, purpose, found, advice }: Need, { colors }: Style): string {
  if (found !== undefined) return `${colors.green("✓")} ${name}: ${found} (${purpose})`;
  return `${colors.yellow("-")} ${name}: not found (${purpose})\n    ${advice}`;
}

/** The first line that a program prints of its version; undefined where it cannot be started. */
function versionOf(name: string): string | undefined {
  const program = programInPath(name);
  if (program === undefined) return undefined;
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout.split("\n")[0]?.trim() : undefined;
}

function kvmHere(): string | undefined {
  if (process.arch !== "arm64") return undefined;
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return "can be opened";
  } catch {
    return undefined;
  }
}
