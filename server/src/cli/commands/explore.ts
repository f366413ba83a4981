/** `vgic-trace explore` and its flags. */
import { type Command, InvalidArgumentError } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import type { ExploreOptions } from "../explore/run.ts";
import { examples } from "../help/examples.ts";

/** The flags of `explore`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("search for differences between hosts or revisions")
    .description(
      "Searches short scenarios for what a guest observes under one revision or host and not under another. Prints each difference as a scenario with what both answer: a trace that holds. Exits with 1 if there are differences, with 2 if nothing was tried.",
    )
    .option("--from <side>", 'rev1, linux-6.12, or both: "linux-7.1+revision-1 revision 1"')
    .option("--to <side>", "what to compare it with")
    .addOption(
      command
        .createOption(
          "--kernel <image>",
          "compare a real kernel, booted in QEMU, with the emulator; twice: two kernels",
        )
        .argParser(collected)
        .default([], "none")
        .conflicts(["from", "to", "its", "observer", "steps"]),
    )
    .option("--host <host>", "the host that the kernel is to be; default: what it shows")
    .addOption(
      command
        .createOption("--interleave <file>", "run a trace's scenarios in all orders of their vCPUs instead")
        .conflicts(["from", "to", "kernel", "host", "gic", "its", "observer", "time", "steps"]),
    )
    .addOption(
      command
        .createOption("--gic <model>", "this GIC only; default: both, half of the time each")
        .choices(["v2", "v3"]),
    )
    .option("--its", "give the VM an ITS, and search its commands, MSIs and tables as well (GICv3)")
    .addOption(
      command
        .createOption("--observer <who>", "whose answers count: the guest's, or the VMM's as well")
        .choices(["guest", "vmm"])
        .default("guest"),
    )
    .addOption(
      command
        .createOption("--time <duration>", "how long to search: 30s, 5m, 1h")
        .argParser(duration)
        .default(60_000, "60s"),
    )
    .addOption(
      command
        .createOption(
          "--steps <scenarios>",
          "try so many scenarios instead, however long that takes, or more: the first part, which tries pairs of operations in their order, is always done whole",
        )
        .argParser(whole)
        .conflicts(["time"]),
    )
    .option("--seed <number>", "where the random part begins", whole, 1)
    .addHelpText(
      "after",
      examples(
        "explore --from rev1 --to rev3",
        "explore --from linux-6.12 --to linux-7.1 --time 5m > found.vgic",
        "explore --from rev1 --to rev3 --observer vmm --steps 1000000",
        "explore --kernel arch/arm64/boot/Image --time 10m",
        "explore --interleave two-vcpus.vgic",
      ),
    )
    .action(async (options: ExploreOptions) => {
      if (options.interleave !== undefined) {
        const { interleaveTrace } = await import("../explore/interleave.ts");
        finish(await interleaveTrace(options.interleave, options.seed));
        return;
      }
      if (options.kernel.length > 0) {
        const { exploreKernels } = await import("../explore/kernels.ts");
        const models = options.gic === undefined ? (["v3", "v2"] as const) : [options.gic];
        const milliseconds = options.time / models.length;
        finish(await exploreKernels({ ...options, kernels: options.kernel, models, milliseconds }));
        return;
      }
      const { explore } = await import("../explore/run.ts");
      finish(await explore(options));
    });
}

function collected(image: string, before: readonly string[]): string[] {
  return [...before, image];
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** @returns milliseconds */
function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It takes a duration such as 30s, 5m or 1h.");
  const unit = match[2] === "m" || match[2] === "h" ? match[2] : "s";
  return Number(match[1]) * UNITS[unit];
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(text);
}
