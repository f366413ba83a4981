/**
 * Guest memory and the ITS in a test of kvm-unit-tests. Its library (lib/arm64/gic-v3-its.c) puts tables and queue where it
 * likes; a scenario names addresses, so the test takes those pages from the library's allocator and drives the ITS itself.
 */
import type { Operation } from "../program/operation.ts";
import type { Scenario } from "../program/program.ts";
import type { Setup } from "../program/setup.ts";
import { itemAt } from "../syntax/item-at.ts";
import { FRAMES } from "../vgic/frame-table.ts";
import { encode } from "../vgic/its/commands.ts";
import { hexLiteral } from "./c.ts";
import { writtenLiteral } from "./check.ts";

/** A stretch of guest memory that a scenario uses, in bytes; whole granules. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The largest page that kvm-unit-tests can be built for. */
const GRANULE = 0x10000;
const MOST_STRETCHES = 64;
const QUEUE_PAGE = 0x1000;
const CBASER = 0x80;
const BASER0 = 0x100;
const BASER1 = 0x108;
const PROPBASER = 0x70;
const PENDBASER = 0x78;
/** GITS_CWRITER and GITS_CREADR. */
const QUEUE_PLACES = [0x88, 0x8c, 0x90, 0x94];
const ENTRY = 8;
const PENDING_BYTES = 0x10000;
const CONFIGURATION_BYTES = 0x10000;
const MEGABYTE = 1 << 20;
/** What kvm-unit-tests gives a VM, and where QEMU's machine has it. */
const USUAL_MEGABYTES = 128;
const RAM_BASE = 0x40000000;

/** The memory that a scenario uses, or why a test cannot have it. */
export function memoryUsed({ setup, operations }: Scenario): readonly Stretch[] | string {
  const used: Stretch[] = [];
  const { start, size } = setup.ram ?? { start: 0, size: 0 };
  for (const operation of operations) {
    for (const [from, bytes] of named(operation, setup)) {
      const isMemory = from >= start && from < start + size;
      if (isMemory) {
        const end = Math.min(from + bytes, start + size);
        used.push({
          start: Math.floor(from / GRANULE) * GRANULE,
          end: Math.ceil(end / GRANULE) * GRANULE,
        });
      }
    }
  }
  const joined: Stretch[] = [];
  for (const one of used.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && one.start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, one.end) };
    else joined.push(one);
  }
  return joined.length > MOST_STRETCHES ? "it uses memory in more than 64 places" : joined;
}

/** The memory that an operation names: address and bytes. */
function named(operation: Operation, { bases, cpus }: Setup): (readonly [number, number])[] {
  switch (operation.kind) {
    case "memory":
      return [[operation.address, operation.width]];
    case "memory-fill":
      return [[operation.address, operation.length]];
    case "its-command": {
      const { command } = operation;
      return command.name === "mapd" && command.itt !== undefined && command.bits !== undefined
        ? [[command.itt, ENTRY * 2 ** Math.min(command.bits, 16)]]
        : [];
    }
    case "mmio": {
      const { address, write, width, low, high } = operation;
      const value = high * 2 ** 32 + low;
      const pages = (low & 0xff) + 1;
      const at = (mask: number) => (high & 0xfffff) * 2 ** 32 + ((low & mask) >>> 0);
      const offset = address - bases.its;
      const inRedistributor = (address - bases.redist) % FRAMES.GICR.bytes.v3;
      const isRedistributor = address >= bases.redist && address < bases.redist + cpus * FRAMES.GICR.bytes.v3;
      if (!write || value === 0) return [[address, width]];
      if (offset === CBASER) return [[at(0xffff0000), pages * QUEUE_PAGE]];
      if (offset === BASER0 || offset === BASER1) return [[at(0xffff0000), pages * GRANULE]];
      if (isRedistributor && inRedistributor === PROPBASER) return [[at(0xfffff000), CONFIGURATION_BYTES]];
      if (isRedistributor && inRedistributor === PENDBASER) return [[at(0xffff0000), PENDING_BYTES]];
      return [[address, width]];
    }
    default:
      return [];
  }
}

/** Whether a scenario looks where the queue is: a command in place of an MSI moves it. */
export function looksAtQueue({ setup, operations }: Scenario): boolean {
  for (const operation of operations) {
    if (operation.kind !== "mmio" || operation.write) continue;
    if (QUEUE_PLACES.includes(operation.address - setup.bases.its)) return true;
  }
  return false;
}

/** The parameter that gives a VM the memory that a scenario uses; "" where the usual will do. */
export function memoryParameter(used: readonly Stretch[]): string {
  const top = Math.max(RAM_BASE, ...used.map(({ end }) => end));
  const megabytes = Math.ceil((top - RAM_BASE) / MEGABYTE) + 16;
  return megabytes <= USUAL_MEGABYTES ? "" : ` -m ${megabytes}`;
}

/** The lines that take a scenario's memory; the scenario is skipped where it is in use. */
export function takeMemory({ ram }: Setup, used: readonly Stretch[]): string {
  if (ram === undefined) return "";
  const taken = used.map(({ start, end }) => `take(${hexLiteral(start)}, ${hexLiteral(end - start)})`);
  return `\tuse_memory(${hexLiteral(ram.start)}, ${hexLiteral(ram.size)});
${taken.map((one) => `\tif (!${one})\n\t\treturn;\n`).join("")}`;
}

/** The call that gives the ITS a command. */
export function commandCall(
  operation: Extract<Operation, { kind: "its-command" }>,
  { bases }: Setup,
): string {
  const words = encode(operation.command);
  const literals = [0, 2, 4, 6].map((i) =>
    writtenLiteral({ low: itemAt(words, i), high: itemAt(words, i + 1) }),
  );
  return `its_command(${[operation.cpu, hexLiteral(bases.its), ...literals].join(", ")})`;
}

export const memorySupport = `
/* The scenario's guest memory, by physical address. */
static uint64_t memory_start, memory_end;

static inline void use_memory(uint64_t start, uint64_t size)
{
	memory_start = start;
	memory_end = start + size;
}

static inline bool is_memory(uint64_t address)
{
	return address >= memory_start && address < memory_end;
}

/* The scenario's tables are where it says; the test's own memory must not be there. */
static inline bool take(uint64_t start, uint64_t bytes)
{
	if (reserve_pages(start, bytes / PAGE_SIZE)) {
		report_skip("the memory at 0x%lx is not free", (unsigned long)start);
		return false;
	}
	memset(phys_to_virt(start), 0, bytes);
	return true;
}
`;

export const itsSupport = `
static inline struct answer memory_fill(uint64_t start, uint64_t bytes, int byte)
{
	memset(phys_to_virt(start), byte, bytes);
	dsb(sy);
	return (struct answer){ SUCCESS, 0, 0 };
}

/* Four words where GITS_CWRITER points into the queue, which it then points past. */
static inline struct answer its_command(int cpu, uint64_t its, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
	const uint64_t words[] = { w0, w1, w2, w3 };
	uint64_t cbaser = load(cpu, 8, its + 0x80).value;
	uint64_t written = load(cpu, 8, its + 0x88).value & 0xfffe0;
	uint64_t queue = (cbaser & 0xfffffffff0000) + written;

	for (int i = 0; i < 4; i++)
		if (is_memory(queue + 8 * i))
			store(cpu, 8, queue + 8 * i, words[i]);
	return store(cpu, 8, its + 0x88, (written + 32) % (((cbaser & 0xff) + 1) * 0x1000));
}
`;
