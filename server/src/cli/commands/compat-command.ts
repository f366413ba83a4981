/** The commands `hosts` and `compat` with their flags. */
import { type Command, Option } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import { compatFormats, plainFormats } from "../reporters/formats.ts";
import { examples } from "./command-help.ts";
import type { CompatOptions } from "./compat.ts";
import type { HostsOptions } from "./hosts.ts";

/** Adds both. */
export function addHosts(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("hosts")
    .summary("print the host kernels and what they do")
    .description(
      "Prints the families of host kernels that a trace can name: which revision a fresh VM shows, what a VMM's write of GICD_IIDR does, and when groups can be written. And what changed with a version. With two hosts: how these differ.",
    )
    .option(
      "--vmm",
      "print the VMMs instead: what each saves and restores, in which order, since which version",
    )
    .addOption(formatOption(plainFormats))
    .argument(
      "[host...]",
      "two hosts: every difference between them, each with its commit and the shortest trace",
    )
    .addHelpText(
      "after",
      examples("hosts", "hosts linux-6.12 linux-7.1", "hosts --format json", "hosts --vmm"),
    )
    .action(async (names: string[], options: HostsOptions) => {
      const { hosts } = await import("./hosts.ts");
      finish(hosts(names, options));
    });

  program
    .command("compat")
    .summary("would the guest notice a migration?")
    .description(
      "Runs each scenario on one host, migrates it to another after every operation in turn, and says what its guest could notice, by cause. Exits with 1 if it could, with 2 if something was not tested.",
    )
    .argument("<path...>", "files, folders (their **/*.vgic), or - for standard input")
    .option("--from <host>", "the host that the scenarios run on, such as linux-5.10")
    .option("--to <host>", "the host that they are migrated to, such as linux-7.1+revision-1")
    .option(
      "--by <vmm>",
      "the VMM that migrates them, as in qemu-7.2, or all; several by comma or by repeating it (default: that of a snapshot, else faithful)",
      (names: string, before: readonly string[] | undefined) => [...(before ?? []), names],
    )
    .option("--back", "migrate back at once, as a rollback does")
    .option("--matrix", "every kind of host against every other")
    .option(
      "--allow-default-revision",
      "test a scenario whose revision the first host cannot show under the default of that host",
    )
    .option("-q, --quiet", "leave out of the text the scenarios whose guest can notice nothing")
    .addOption(formatOption(compatFormats))
    .addHelpText(
      "after",
      examples(
        "compat --from linux-6.12 --to linux-7.1+revision-1 boot.vgic",
        "compat --from linux-5.10 --to linux-7.1 --by qemu --back traces/",
        "compat --matrix --format html traces/ > compat.html",
        "compat state.json --from linux-6.1 --to linux-7.1",
      ),
    )
    .action(async (paths: string[], options: CompatOptions) => {
      const { compat } = await import("./compat.ts");
      finish(await compat(paths, options));
    });
}

function formatOption(choices: readonly string[]): Option {
  return new Option("--format <format>", "how to print").choices(choices).default(choices[0]);
}
