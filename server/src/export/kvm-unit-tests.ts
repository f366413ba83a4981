/**
 * A trace as a test of kvm-unit-tests: the guest's side alone, each scenario in a VM of its own. What the VMM does in a
 * scenario cannot be done from in there.
 */
import type { Operation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import { unreachable } from "../syntax/unreachable.ts";
import { iidr } from "../vgic/kernels/revisions.ts";
import { cComment, cString, hexLiteral, Names } from "./c.ts";
import { checkLine, comparing, writtenLiteral } from "./check.ts";
import {
  commandCall,
  itsSupport,
  looksAtQueue,
  memoryParameter,
  memorySupport,
  memoryUsed,
  takeMemory,
} from "./kvm-unit-tests-its.ts";
import {
  type Exported,
  exportable,
  type Item,
  kindWords,
  linesOf,
  mayEnd,
  mayFail,
  type Render,
  revisionOfTest,
  type Source,
  setupWords,
} from "./scenario.ts";

export function exportKvmUnitTests(source: Source): Exported {
  const names = new Names();
  const systemRegisters = new Map<string, number>();
  const tests = exportable(source).map((placed) => {
    const { scenario } = placed.evaluation;
    const { setup, title } = scenario;
    const revision = revisionOfTest(scenario);
    const name = names.take(title);
    const memory = memoryUsed(scenario);
    const render = renderFor(scenario, systemRegisters);
    const foreign = typeof memory === "string" ? memory : undefined;
    const { lines, leftOut, byKernel } = linesOf(placed, render, { its: true, foreign });
    const used = typeof memory === "string" ? [] : memory;
    const asksKernel = byKernel ? "\tif (!kernel_is_known())\n\t\treturn;\n" : "";
    const text = `/* ${cComment(setupWords(setup, revision))} */
static void ${name}(void)
{
${asksKernel}${takeMemory(setup, used)}	if (!is_revision(${hexLiteral(setup.bases.dist + 8)}, ${hexLiteral(iidr(revision))}))
		return;
${lines.join("\n")}
}
`;
    const parameters = `-machine gic-version=${setup.model === "v3" ? 3 : 2}${memoryParameter(used)}`;
    return { name, title: title === "" ? source.name : title, setup, parameters, text, leftOut };
  });
  const registers = [...systemRegisters].map(([name, code]) => accessors(name, code)).join("\n");
  const configurations = tests.map(
    ({ name, setup, parameters }) => ` * [vgic-${name.slice("test_".length).replace(/_/g, "-")}]
 * file = FILE.flat
 * smp = ${setup.cpus}
 * qemu_params = ${parameters}
 * test_args = ${name}
 * groups = gic`,
  );
  const text = `/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ${cComment(source.name)}, exported by vgic-trace.
 *
 * Belongs into arm/ of kvm-unit-tests. Each scenario needs a fresh VM, and its entry in arm/unittests.cfg:
 *
${configurations.join("\n *\n")}
 */
${support}
${registers}
${tests.map((one) => one.text).join("\n")}
int main(int argc, char **argv)
{
	static const struct {
		const char *name, *title;
		void (*run)(void);
	} tests[] = {
${tests.map(({ name, title }) => `\t\t{ ${cString(name)}, ${cString(title)}, ${name} },`).join("\n")}
	};
	bool found = false;

	install_exception_handler(EL1H_SYNC, EXCEPTION_UNDEFINED, on_exception);
	install_exception_handler(EL1H_SYNC, EXCEPTION_DATA_ABORT, on_exception);
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		if (argc != 2 || strcmp(argv[1], tests[i].name))
			continue;
		found = true;
		report_prefix_push(tests[i].title);
		tests[i].run();
		report_prefix_pop();
	}
	if (!found)
		report_abort("name one of the scenarios, see unittests.cfg");
	return report_summary();
}
`;
  return { text, leftOut: tests.flatMap((one) => one.leftOut) };
}

/** Notes the system registers that it comes across: each needs functions of its own. */
function renderFor(scenario: Scenario, systemRegisters: Map<string, number>): Render {
  const { setup } = scenario;
  return (item) => {
    const { operation } = item;
    if (mayEnd(item, "exit")) return { impossible: "an exit goes to the VMM" };
    switch (operation.kind) {
      case "mmio": {
        const { cpu, write, width, address } = operation;
        const where = `${cpu}, ${width}, ${hexLiteral(address)}`;
        const action = write ? `store(${where}, ${writtenLiteral(operation)})` : `load(${where})`;
        return [checkLine(item, action)];
      }
      case "sysreg": {
        const { cpu, write, register } = operation;
        systemRegisters.set(register.name, register.offset);
        const action = write
          ? `msr(${cpu}, write_${register.name}, ${writtenLiteral(operation)})`
          : `mrs(${cpu}, read_${register.name})`;
        return [checkLine(item, action)];
      }
      case "run":
        return [checkLine(item, `enter(${operation.cpu})`)];
      case "settle":
        return [checkLine(item, `settle(${setup.cpus})`)];
      // The guest does what the VMM does to guest memory.
      case "memory": {
        const where = `0, ${operation.width}, ${hexLiteral(operation.address)}`;
        const action = operation.write ? `store(${where}, ${writtenLiteral(operation)})` : `load(${where})`;
        return [checkLine(item, action)];
      }
      case "memory-fill": {
        const { address, length, byte } = operation;
        return [checkLine(item, `memory_fill(${hexLiteral(address)}, ${hexLiteral(length)}, ${byte})`)];
      }
      case "its-command":
        return [checkLine(item, commandCall(operation, setup))];
      case "msi":
        return intInPlace(item, operation, scenario);
      case "user":
      case "line":
      case "tables":
      case "setting":
      case "init":
      case "new-vm":
      case "migrate":
        return { impossible: `only a VMM can do \`${kindWords(operation)}\`` };
      default:
        return unreachable(operation);
    }
  };
}

/** KVM does an INT command as it does an MSI; what KVM_SIGNAL_MSI answers, a guest is not told. */
function intInPlace(
  item: Item,
  { device, event }: Extract<Operation, { kind: "msi" }>,
  scenario: Scenario,
): ReturnType<Render> {
  if (mayFail(item))
    return { impossible: "a guest sends no MSI, and an INT command would wait in the queue" };
  if (looksAtQueue(scenario))
    return {
      impossible: "a guest sends no MSI, and an INT command moves the queue, at which the scenario looks",
    };
  const command = { name: "int", device, event } as const;
  const call = commandCall({ kind: "its-command", cpu: 0, command }, scenario.setup);
  return [
    `\t/* line ${item.lineNumber}: ${cComment(item.text)}: INT in place of the MSI, its answer is not asked */\n\t${call};`,
  ];
}

/** The assembler knows every system register by its encoding. */
function accessors(name: string, code: number): string {
  const encoding = `S${code >> 14}_${(code >> 11) & 7}_C${(code >> 7) & 15}_C${(code >> 3) & 15}_${code & 7}`;
  return `static inline u64 read_${name}(void)
{
	return read_sysreg(${encoding});
}

static inline void write_${name}(u64 value)
{
	write_sysreg(value, ${encoding});
	isb();
}
`;
}

const support = `#include <libcflat.h>
#include <alloc_page.h>
#include <on-cpus.h>
#include <asm/barrier.h>
#include <asm/io.h>
#include <asm/page.h>
#include <asm/processor.h>
#include <asm/setup.h>
#include <asm/sysreg.h>

${comparing}
/* Exception classes (ESR_EL1.EC), by number: their names in kvm-unit-tests have changed. */
#define EXCEPTION_UNDEFINED 0x00
#define EXCEPTION_DATA_ABORT 0x25

static volatile bool aborted;
${memorySupport}
static void on_exception(struct pt_regs *regs, unsigned int esr)
{
	(void)esr;
	aborted = true;
	regs->pc += 4;
}

/* What a vCPU is to do, and what came of it. */
struct access {
	int width;
	bool write;
	uint64_t address, value;
	u64 (*read_register)(void);
	void (*write_register)(u64 value);
};

static void perform(void *data)
{
	struct access *it = data;
	void *address = (void *)(uintptr_t)it->address;

	if (it->read_register)
		it->value = it->read_register();
	else if (it->write_register)
		it->write_register(it->value);
	else if (it->write)
		switch (it->width) {
		case 1: writeb((u8)it->value, address); break;
		case 2: writew((u16)it->value, address); break;
		case 4: writel((u32)it->value, address); break;
		case 8: writeq(it->value, address); break;
		}
	else
		switch (it->width) {
		case 1: it->value = readb(address); break;
		case 2: it->value = readw(address); break;
		case 4: it->value = readl(address); break;
		case 8: it->value = readq(address); break;
		}
	dsb(sy);
	isb();
}

static struct answer on(int cpu, struct access access)
{
	if (cpu >= nr_cpus)
		report_abort("this scenario needs more vCPUs");
	if (access.width && is_memory(access.address))
		access.address = (uintptr_t)phys_to_virt(access.address);
	else if (access.width)
		access.address = (uintptr_t)ioremap(access.address, 8);
	aborted = false;
	on_cpu(cpu, perform, &access);
	return (struct answer){ aborted ? ABORTED : SUCCESS, 0, access.value };
}

static inline struct answer load(int cpu, int width, uint64_t address)
{
	return on(cpu, (struct access){ .width = width, .address = address });
}

static inline struct answer store(int cpu, int width, uint64_t address, uint64_t value)
{
	return on(cpu, (struct access){ .width = width, .write = true, .address = address, .value = value });
}

${itsSupport}
static inline struct answer mrs(int cpu, u64 (*read)(void))
{
	return on(cpu, (struct access){ .read_register = read });
}

static inline struct answer msr(int cpu, void (*write)(u64 value), uint64_t value)
{
	return on(cpu, (struct access){ .write_register = write, .value = value });
}

static inline struct answer enter(int cpu)
{
	return on(cpu, (struct access){ 0 });
}

/* Every vCPU in order, twice: what is in flight reaches its place. */
static inline struct answer settle(int cpus)
{
	for (int i = 0; i < 2 * cpus; i++)
		enter(i % cpus);
	return (struct answer){ SUCCESS, 0, 0 };
}

static inline void check(int line, const char *text, struct answer got, struct want wanted)
{
	bool passed = wanted.answer.ending == ANYTHING ||
		      (got.ending == wanted.answer.ending &&
		       (got.ending != SUCCESS || (got.value & wanted.mask) == wanted.answer.value));

	report(passed, "line %d: %s", line, text);
	if (!passed && got.ending == SUCCESS)
		report_info("got 0x%lx, expected 0x%lx", (unsigned long)got.value, (unsigned long)wanted.answer.value);
}

/* Where the tests are run by kvm-unit-tests' scripts, the environment has the version of the host's kernel. */
static inline bool kernel_is_known(void)
{
	const char *major = getenv("KERNEL_VERSION");
	const char *minor = getenv("KERNEL_PATCHLEVEL");
	const char *point = getenv("KERNEL_SUBLEVEL");

	if (!major || !minor) {
		report_skip("what is expected depends on the host's kernel, and KERNEL_VERSION is not set");
		return false;
	}
	kernel = version((uint64_t)atol(major), (uint64_t)atol(minor), point ? (uint64_t)atol(point) : 0);
	return true;
}

static bool is_revision(uint64_t address, uint32_t iidr)
{
	uint32_t shown = (uint32_t)load(0, 4, address).value;

	if (shown != iidr)
		report_skip("GICD_IIDR is 0x%x, and the scenario is for 0x%x", shown, iidr);
	return shown == iidr;
}
`;
