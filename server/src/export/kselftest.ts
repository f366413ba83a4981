/** A trace as a test in the shape of the kernel's selftests: one C file, linux/kvm.h and nothing else, TAP output. */

import type { Operation } from "../program/operation.ts";
import type { Setup } from "../program/setup.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import { lineNumber } from "../vgic/kvm-abi.ts";
import { attributeOf } from "../vgic/kvm-attribute.ts";
import { cComment, cString, hexLiteral, Names } from "./c.ts";
import { checkLine, writtenLiteral } from "./check.ts";
import { kselftestSupport } from "./kselftest-support.ts";
import {
  type Exported,
  exportable,
  type Item,
  linesOf,
  type Render,
  revisionOfTest,
  type Source,
  setupWords,
} from "./scenario.ts";

export function exportKselftest(source: Source): Exported {
  const names = new Names();
  const tests = exportable(source).map((placed) => {
    const { scenario } = placed.evaluation;
    const { setup, title } = scenario;
    const revision = revisionOfTest(scenario);
    const name = names.take(title);
    const { lines, leftOut, byKernel } = linesOf(placed, renderFor(setup, revision));
    const asksKernel = byKernel ? "\tif (!kernel_is_known())\n\t\treturn;\n" : "";
    const text = `/* ${cComment(setupWords(setup, revision))} */
static void ${name}(void)
{
${asksKernel}	if (!new_vm(${vmArguments(setup, revision)}))
		return;
${lines.join("\n")}
}
`;
    return { name, title: title === "" ? source.name : title, text, leftOut };
  });
  const text = `// SPDX-License-Identifier: GPL-2.0
/*
 * ${cComment(source.name)}, exported by vgic-trace.
 *
 * Drives the vGIC of /dev/kvm on an arm64 machine. One vCPU runs at a time, and only for its own access.
 *
 *   aarch64-linux-gnu-gcc -O2 -Wall -Wextra -static -o test test.c
 */
${kselftestSupport}
${tests.map((one) => one.text).join("\n")}
int main(void)
{
	static const struct test tests[] = {
${tests.map(({ name, title }) => `\t\t{ ${cString(title)}, ${name} },`).join("\n")}
	};

	return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
`;
  return { text, leftOut: tests.flatMap((one) => one.leftOut) };
}

function vmArguments({ model, cpus, irqs, bases }: Setup, revision: number): string {
  const second = model === "v3" ? bases.redist : bases.cpu;
  const numbers = [hexLiteral(bases.dist), hexLiteral(second), hexLiteral(iidr(revision))];
  return [model === "v3" ? 3 : 2, cpus, irqs, ...numbers].join(", ");
}

function renderFor(setup: Setup, revision: number): Render {
  return (item) => {
    const { operation } = item;
    if (operation.kind === "new-vm") {
      return [`\tif (!new_vm(${vmArguments(setup, operation.revision ?? revision)}))\n\t\treturn;`];
    }
    if (operation.kind === "migrate") return { impossible: "a migration needs a second host" };
    const foreign = foreignWords(operation);
    if (foreign !== undefined) return { impossible: foreign };
    if (operation.kind === "line" && operation.byKernel) {
      return { impossible: "only the kernel's own timer can do that" };
    }
    return actionsOf(operation, setup).map((action) => checkLine(item, action));
  };
}

/** Why the test does not do an operation: it has a vGIC that is set up, without an ITS. */
function foreignWords(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "memory":
    case "memory-fill":
    case "its-command":
    case "msi":
    case "tables":
      return "the test has no ITS, and no guest memory for it";
    case "setting":
    case "init":
      return "the test has set up its vGIC already";
    case "mmio":
    case "sysreg":
    case "user":
    case "line":
    case "run":
    case "settle":
    case "new-vm":
    case "migrate":
      return undefined;
    default:
      return unreachable(operation);
  }
}

/** The calls that do an operation. */
function actionsOf(operation: Item["operation"], setup: Setup): string[] {
  switch (operation.kind) {
    case "mmio": {
      const { cpu, write, width, address } = operation;
      const where = `${cpu}, ${width}, ${hexLiteral(address)}`;
      return [write ? `store(${where}, ${writtenLiteral(operation)})` : `load(${where})`];
    }
    case "sysreg": {
      const { cpu, write, register } = operation;
      const which = `${cpu}, ${hexLiteral(register.offset)}`;
      return [write ? `msr(${which}, ${writtenLiteral(operation)})` : `mrs(${which})`];
    }
    case "user":
      return [userAction(operation, setup)];
    case "line": {
      const irq = hexLiteral(lineNumber(operation.intid, operation.cpu));
      const levels = { high: [1], low: [0], pulse: [1, 0] }[operation.level];
      return levels.map((level) => `irq_line(${irq}, ${level})`);
    }
    case "run":
      return [`enter(${operation.cpu})`];
    case "settle":
      return ["settle()"];
    case "memory":
    case "memory-fill":
    case "its-command":
    case "msi":
    case "tables":
    case "setting":
    case "init":
    case "new-vm":
    case "migrate":
      // `new-vm` begins another test; the others are left out.
      return [];
    default:
      return unreachable(operation);
  }
}

function userAction(operation: Extract<Operation, { kind: "user" }>, setup: Setup): string {
  const attribute = `${FRAMES[operation.frame].group}, ${hexLiteral(attributeOf(operation, setup.model))}`;
  const width = FRAMES[operation.frame].attributeBytes;
  if (operation.verb === "has") return `has_attr(${attribute})`;
  if (operation.verb === "get") return `get_attr(${attribute}, ${width})`;
  return `set_attr(${attribute}, ${writtenLiteral(operation)})`;
}
