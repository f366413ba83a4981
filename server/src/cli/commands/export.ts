/** `vgic-trace export`: a trace as a test in C. */
import type { Command } from "commander";
import { faultsOf } from "../../analysis/faults.ts";
import { exportKselftest } from "../../export/kselftest.ts";
import { exportKvmUnitTests } from "../../export/kvm-unit-tests.ts";
import { exportQtest } from "../../export/qtest.ts";
import type { Exported, Source } from "../../export/scenario.ts";
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { analysed } from "../files/analysed.ts";
import { readConfigured } from "../files/configured.ts";
import { isFailure } from "../files/failure.ts";
import { faultWords } from "../files/faults.ts";
import { pathToShow } from "../files/sources.ts";
import { examples } from "../help/examples.ts";
import { complain, print } from "../terminal/terminal.ts";

/** What a trace can be exported to. */
type Kind = "kselftest" | "kvm-unit-tests" | "qtest";

export interface ExportOptions {
  readonly to: Kind;
}

/** The flags of `export`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("turn a trace into a test in C")
    .description(
      "Prints a test in C that does what a trace does and asserts what it expects: a selftest of the kernel, a test of kvm-unit-tests, or one of QEMU's qtest.",
    )
    .argument("<path>", "a trace, or - for standard input")
    .addOption(
      command
        .createOption("--to <kind>", "the kind of test")
        .choices(Object.keys(exporters))
        .makeOptionMandatory(),
    )
    .addHelpText("after", examples("export --to kselftest boot.vgic > boot.c"))
    .action(async (path: string, options: ExportOptions) => {
      finish(await exportTrace(path, options));
    });
}

const exporters: Readonly<Record<Kind, (source: Source) => Exported>> = {
  kselftest: exportKselftest,
  "kvm-unit-tests": exportKvmUnitTests,
  qtest: exportQtest,
};

/** Prints the test. What it cannot do is said, and stands in it as a comment. */
export async function exportTrace(trace: string, { to }: ExportOptions): Promise<ExitStatus> {
  const source = await readConfigured(trace);
  if (isFailure(source)) {
    complain(source.failure);
    return exitStatus.failed;
  }
  const path = pathToShow(trace);
  const analysis = analysed(source.text, source.options, `running ${path}`);
  const wrong = faultWords(path, faultsOf(analysis));
  if (wrong !== undefined) {
    complain(`no test is made of a trace that is wrong: ${wrong}`);
    return exitStatus.errors;
  }
  const { scenarios } = analysis;
  if (scenarios.every(({ evaluation }) => evaluation.scenario.operations.length === 0)) {
    complain(`${path} has no operation to make a test of`);
    return exitStatus.errors;
  }
  const { text, leftOut } = exporters[to]({ name: path.replace(/^.*\//, ""), scenarios });
  print(text);
  for (const { line, why, toTheEnd } of leftOut) {
    complain(`${path}:${line + 1}: left out${toTheEnd ? " to the end of the scenario" : ""}: ${why}`);
  }
  return exitStatus.clean;
}
