/** The arguments of `vgic-trace replay`. */
import { Argument, type Command, Option } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import { plainFormats } from "../reporters/formats.ts";
import { examples } from "./command-help.ts";
import type { ReplayOptions } from "./replay.ts";

export function addReplay(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("replay")
    .summary("drive a real kernel through traces")
    .description(
      "Boots an arm64 kernel in QEMU, drives its KVM through traces, and reports the lines where it answers otherwise than expected, or than the emulator as that kernel.",
    )
    .addArgument(
      new Argument("[path...]", "files, folders (their **/*.vgic), or - for standard input").default(
        ["."],
        "the current folder",
      ),
    )
    .addOption(new Option("--format <format>", "how to print").choices(plainFormats).default(plainFormats[0]))
    .option(
      "--kernel <image>",
      "the kernel to boot; default: the newest in ~/.cache/vgic-trace/boot or /boot",
    )
    .addOption(new Option("--gic <model>", "replay the scenarios of this GIC only").choices(["v2", "v3"]))
    .option(
      "--host <host>",
      "the host that the kernel is to be, such as linux-7.1+revision-1; default: what it shows",
    )
    .option("--dev-kvm", "replay on this machine's /dev/kvm instead (arm64)")
    .option("--update", "write the kernel's answers into the traces as expectations")
    .addHelpText(
      "after",
      examples(
        "replay traces/",
        "replay --kernel arch/arm64/boot/Image traces/",
        "replay --gic v3 --update new.vgic",
      ),
    )
    .action(async (paths: string[], options: ReplayOptions) => {
      const { replay } = await import("./replay.ts");
      finish(await replay(paths, options));
    });
}
