/** The arguments of `vgic-trace import` and `vgic-trace reduce`. */
import { type Command, Option } from "commander";
import type { ExitStatus } from "../exit-status.ts";
import { examples } from "./command-help.ts";
import type { ImportOptions } from "./import-arguments.ts";
import type { ReduceOptions } from "./reduce.ts";

/** The formats of logs, by the names that `--from` takes. */
const logFormats = ["ftrace", "device-attr", "qemu", "qtest", "vgic-state"];

export function addImport(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("import")
    .summary("turn a log of a real guest, or a snapshot, into a trace")
    .description(
      "Turns a log into a trace, printed on standard output: Linux tracepoints (ftrace, trace-cmd report, perf script), lists of KVM device attributes, QEMU trace events, the qtest protocol, the kernel's vgic-state dump. What the log does not show can be given. The snapshot of a VM becomes the calls with which its VMM restores it: QEMU's migration stream (also inside a libvirt save file, or as analyze-migration.py prints it), cloud-hypervisor's state.json, Firecracker's vmstate file or snapshot-editor print, crosvm's irqchip fragment.",
    )
    .argument("<log>", "a log or a snapshot, or - for standard input")
    .addOption(new Option("--from <format>", "the log's format, if it is not recognised").choices(logFormats))
    .addOption(new Option("--gic <model>", "the GIC's model").choices(["v2", "v3"]))
    .option("--revision <n>", "the GICD_IIDR revision that the guest saw")
    .option("--cpus <n>", "how many vCPUs the VM has")
    .option("--irqs <n>", "how many interrupts the vGIC has")
    .option("--base-dist <address>", "where the distributor is")
    .option("--base-redist <address>", "where the redistributors begin")
    .option("--base-cpu <address>", "where the GICv2 CPU interface is")
    .option("--since <time>", "begin at this time of the log, with the state in front of it")
    .option("--until <time>", "end at this time of the log")
    .option("--vcpu <n>", "leave out what other vCPUs do")
    .option("--intid <n>", "leave out what is about other interrupts")
    .option("--output <file>", "write the trace into a file, when all of it is there")
    .addHelpText(
      "after",
      examples(
        "import boot.ftrace.txt > boot.vgic",
        "trace-cmd report | vgic-trace import - > boot.vgic",
        "import --revision 2 --irqs 128 old-kernel.txt > old.vgic",
        "import state.json > restore.vgic",
      ),
    )
    .action(async (log: string, options: ImportOptions) => {
      const { importLog } = await import("./import.ts");
      finish(await importLog(log, options));
    });
}

export function addReduce(program: Command, finish: (status: ExitStatus) => void): void {
  program
    .command("reduce")
    .summary("find the smallest trace that still shows a finding")
    .description(
      "Prints the smallest trace that still shows a finding: lines are taken away as long as a finding of that code (at that line) stays.",
    )
    .argument("<path>", "a trace, or - for standard input")
    .requiredOption("--keep <code>", "the finding to keep: CODE, or CODE:LINE for the one in a line")
    .addHelpText(
      "after",
      examples(
        "reduce boot.vgic --keep revision-difference",
        "reduce boot.vgic --keep expectation:120 > small.vgic",
      ),
    )
    .action(async (path: string, options: ReduceOptions) => {
      const { reduceTrace } = await import("./reduce.ts");
      finish(await reduceTrace(path, options));
    });
}
