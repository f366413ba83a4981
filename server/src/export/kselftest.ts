/** A trace as a test in the shape of the kernel's selftests: one C file, linux/kvm.h and nothing else, TAP output. */

import type { Operation } from "../program/operation.ts";
import type { Setup } from "../program/setup.ts";
import { TABLES_CALLS } from "../replay/steps.ts";
import { itemAt } from "../syntax/item-at.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import { encode } from "../vgic/its/commands.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import { ATTRIBUTE_GROUPS, lineNumber } from "../vgic/kvm-abi.ts";
import { attributeOf } from "../vgic/kvm-attribute.ts";
import { DEFAULT_RAM } from "../vgic/options.ts";
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
    const { lines, leftOut, byKernel } = linesOf(placed, renderFor(setup, revision), { its: true });
    const asksKernel = byKernel ? "\tif (!kernel_is_known())\n\t\treturn;\n" : "";
    const text = `/* ${cComment(setupWords(setup, revision))} */
static void ${name}(void)
{
${asksKernel}${makingVm(setup, revision)}
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

/** The lines that make a VM, and end the test where there can be none. */
function makingVm(setup: Setup, revision: number, keepsMemory = false): string {
  const memory = setup.ram ?? (setup.its ? DEFAULT_RAM : undefined);
  const withRam =
    memory === undefined
      ? []
      : [`\twith_ram(${hexLiteral(memory.start)}, ${hexLiteral(memory.size)}, ${keepsMemory});`];
  const withIts = setup.its ? [`\twith_its(${hexLiteral(setup.bases.its)});`] : [];
  return [...withRam, ...withIts, `\tif (!new_vm(${vmArguments(setup, revision)}))\n\t\treturn;`].join("\n");
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
      return [makingVm(setup, operation.revision ?? revision, operation.keepsMemory)];
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

/** Why the test does not do an operation: it has a vGIC that is set up. */
function foreignWords(operation: Operation): string | undefined {
  switch (operation.kind) {
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
    case "memory":
    case "memory-fill":
    case "its-command":
    case "msi":
    case "tables":
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
    case "memory": {
      const { write, width, address } = operation;
      const where = `${width}, ${hexLiteral(address)}`;
      return [write ? `memory_store(${where}, ${writtenLiteral(operation)})` : `memory_load(${where})`];
    }
    case "memory-fill":
      return [
        `memory_fill(${hexLiteral(operation.address)}, ${hexLiteral(operation.length)}, ${operation.byte})`,
      ];
    case "its-command": {
      const words = encode(operation.command);
      const literals = [0, 2, 4, 6].map((i) =>
        writtenLiteral({ low: itemAt(words, i), high: itemAt(words, i + 1) }),
      );
      return [`its_command(${[operation.cpu, ...literals].join(", ")})`];
    }
    case "msi":
      return [`signal_msi(${operation.device}u, ${operation.event}u)`];
    case "tables":
      return [`set_attr(${ATTRIBUTE_GROUPS.control}, ${TABLES_CALLS[operation.action]}, 0)`];
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
