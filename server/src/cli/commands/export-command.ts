/** The arguments of `vgic-trace export`. */
import { type Command, Option } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import { examples } from "./command-help.ts";
import type { ExportOptions } from "./export.ts";

const kinds: readonly ExportOptions["to"][] = ["kselftest", "kvm-unit-tests", "qtest"];

export function addExport(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("export")
    .summary("turn a trace into a test in C")
    .description(
      "Prints a test in C that does what a trace does and asserts what it expects: a selftest of the kernel, a test of kvm-unit-tests, or one of QEMU's qtest.",
    )
    .argument("<path>", "a trace, or - for standard input")
    .addOption(new Option("--to <kind>", "the kind of test").choices(kinds).makeOptionMandatory())
    .addHelpText("after", examples("export --to kselftest boot.vgic > boot.c"))
    .action(async (path: string, options: ExportOptions) => {
      const { exportTrace } = await import("./export.ts");
      finish(await exportTrace(path, options));
    });
}
