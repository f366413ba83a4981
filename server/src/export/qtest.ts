/**
 * A trace as a test of QEMU's qtest: accesses to memory and interrupt lines, without any code in a guest, to QEMU's own
 * model of the GIC. Only what the first CPU sees is reached that way.
 */
import type { Setup } from "../program/setup.ts";
import { itemAt } from "../syntax/item-at.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { cComment, cString, hexLiteral, Names } from "./c.ts";
import {
  dependsOnKernel,
  type Exported,
  exportable,
  type Item,
  kindWords,
  linesOf,
  mayEnd,
  type Render,
  revisionOfTest,
  type Source,
  setupWords,
} from "./scenario.ts";

export function exportQtest(source: Source): Exported {
  const names = new Names();
  const tests = exportable(source).map((placed) => {
    const { scenario } = placed.evaluation;
    const { setup } = scenario;
    const name = names.take(scenario.title);
    const { lines, leftOut } = linesOf(placed, renderFor(setup));
    const text = `/* ${cComment(setupWords(setup, revisionOfTest(scenario)))} */
static void ${name}(void)
{
    QTestState *qts = qtest_init(${machine(setup)});

${lines.join("\n")}
    qtest_quit(qts);
}
`;
    return { name, text, leftOut };
  });
  const text = `/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ${cComment(source.name)}, exported by vgic-trace.
 *
 * Belongs into tests/qtest/ of QEMU. QEMU's GIC is a model of its own: it has no KVM revisions.
 */
${support}
${tests.map((one) => one.text).join("\n")}
int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
${tests.map(({ name }) => `    qtest_add_func(${cString(`/vgic/${name.slice("test_".length)}`)}, ${name});`).join("\n")}
    return g_test_run();
}
`;
  return { text, leftOut: tests.flatMap((one) => one.leftOut) };
}

function machine({ model, cpus }: Setup): string {
  return cString(`-machine virt,gic-version=${model === "v3" ? 3 : 2} -cpu max -smp ${cpus}`);
}

function renderFor(setup: Setup): Render {
  return (item) => {
    const { operation } = item;
    if (mayEnd(item, "abort") || mayEnd(item, "exit")) {
      return { impossible: "qtest knows neither aborts nor exits" };
    }
    switch (operation.kind) {
      case "mmio":
        if (setup.model === "v2" && operation.cpu > 0) {
          return { impossible: "qtest accesses a GICv2 as its first CPU" };
        }
        return [`    /* line ${item.lineNumber}: ${cComment(item.text)} */`, accessLine(item, operation)];
      case "line": {
        if (operation.intid < 32 || operation.byKernel) {
          return { impossible: "the virt machine wires private interrupts itself" };
        }
        const levels = { high: [1], low: [0], pulse: [1, 0] }[operation.level];
        return levels.map(
          (level) => `    set_line(qts, ${operation.intid - 32}, ${level}); /* line ${item.lineNumber} */`,
        );
      }
      case "run":
      case "settle":
        return [];
      case "sysreg":
        return { impossible: "qtest runs no code that could access a system register" };
      case "user":
      case "memory":
      case "memory-fill":
      case "its-command":
      case "msi":
      case "tables":
      case "setting":
      case "init":
      case "new-vm":
      case "migrate":
        return { impossible: `only a VMM of KVM can do \`${kindWords(operation)}\`` };
      default:
        return unreachable(operation);
    }
  };
}

const suffixes = { 1: "b", 2: "w", 4: "l", 8: "q" } as const;

function accessLine(item: Item, operation: Extract<Item["operation"], { kind: "mmio" }>): string {
  const { write, width, address, low, high } = operation;
  const where = hexLiteral(address);
  const suffix = suffixes[width];
  if (write) {
    const value = hexLiteral((BigInt(high) << 32n) | BigInt(low));
    return `    qtest_write${suffix}(qts, ${where}, ${value});`;
  }
  const read = `qtest_read${suffix}(qts, ${where})`;
  const { mask, wants } = item;
  const { expected } = itemAt(wants, 0);
  // QEMU's model is no kernel: which case would be its?
  if (dependsOnKernel(item)) return `    ${read}; /* not compared: what is expected depends on the kernel */`;
  if (expected.value === undefined) return `    ${read};`;
  const masked = mask === undefined ? read : `${read} & ${hexLiteral(mask)}`;
  return `    g_assert_cmphex(${masked}, ==, ${hexLiteral(expected.value)});`;
}

const support = `#include "qemu/osdep.h"
#include "libqtest.h"

/* Sets an SPI's line; the GIC is one of the machine's devices without a name. */
static inline void set_line(QTestState *qts, int spi, int level)
{
    for (int i = 0; i < 64; i++) {
        g_autofree char *path = g_strdup_printf("/machine/unattached/device[%d]", i);
        QDict *response = qtest_qmp(qts, "{'execute': 'qom-get', 'arguments':"
                                    " {'path': %s, 'property': 'type'}}", path);
        const char *type = qdict_get_try_str(response, "return");
        bool found = type && (!strcmp(type, "arm_gic") || !strcmp(type, "arm-gicv3"));

        qobject_unref(response);
        if (found) {
            qtest_set_irq_in(qts, path, NULL, spi, level);
            return;
        }
    }
    g_assert_not_reached();
}
`;
