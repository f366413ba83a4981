/** The declarations of an imported VM, as its emulator and its trace have them. */

import type { Ram } from "../vgic/guest-memory.ts";
import { DEFAULT_HOST, type Host, parseHost } from "../vgic/kernels/hosts.ts";
import { DEFAULT_RAM } from "../vgic/options.ts";
import { Vgic } from "../vgic/vgic.ts";
import { hex } from "./numbers.ts";
import type { Setup } from "./setup.ts";

/** Revision 0 exists on such kernels only. */
const hostOfRevision0 = "linux-4.18";

/** The emulator of a VM that is set up so. */
export function emulatorOf(setup: Setup): Vgic {
  const { model, cpus, irqs, revision, dist, redist, cpu, its } = setup;
  return new Vgic({
    model: model.value,
    cpus: cpus.value,
    irqs: irqs.value,
    revision: revision.value,
    host: hostOf(revision.value),
    bases: {
      dist: dist.value,
      redist: redist?.value ?? 0,
      cpu: cpu?.value ?? 0,
      its: its?.base.value ?? 0,
    },
    ...(its === undefined ? {} : { its: true, ram: ramOf(setup) }),
  });
}

/** From 1 GB on to 4 GB, where virtual machines have their memory; what begins there is no frame. */
const WIDE_RAM: Ram = { start: 0x40000000, size: 0xc0000000 };

/** The guest memory of a VM with an ITS. The log does not show where it is. */
function ramOf({ dist, redist, its }: Setup): Ram {
  const isInside = (base: number) => base >= WIDE_RAM.start && base < WIDE_RAM.start + WIDE_RAM.size;
  const bases = [dist.value, redist?.value ?? 0, its?.base.value ?? 0];
  return bases.some(isInside) ? DEFAULT_RAM : WIDE_RAM;
}

const MEMORY_NOTE =
  "# The ITS's tables, the configuration and the pending bits of LPIs, and the commands that no line shows, are\n# in guest memory, which the log does not show: here it is all zero.\n";

function hostOf(revision: number): Host {
  if (revision !== 0) return DEFAULT_HOST;
  const host = parseHost(hostOfRevision0);
  return typeof host === "string" ? DEFAULT_HOST : host;
}

/** The declarations of a VM, each with its reason; with a title those of a scenario. */
export function headerText(setup: Setup, title: string | undefined): string {
  const { model, revision, cpus, irqs, dist, redist, cpu, its } = setup;
  const lines: (readonly [text: string, reason: string])[] = [
    [`gic ${model.value}`, model.reason],
    [`revision ${revision.value}`, revision.reason],
  ];
  if (revision.value === 0) lines.push([`host ${hostOfRevision0}`, "later kernels do not show revision 0"]);
  lines.push([`cpus ${cpus.value}`, cpus.reason], [`irqs ${irqs.value}`, irqs.reason]);
  lines.push([`base dist ${hex(dist.value)}`, dist.reason]);
  if (redist !== undefined) lines.push([`base redist ${hex(redist.value)}`, redist.reason]);
  if (cpu !== undefined) lines.push([`base cpu ${hex(cpu.value)}`, cpu.reason]);
  if (its !== undefined) {
    const { start, size } = ramOf(setup);
    lines.push(["its", its.reason], [`base its ${hex(its.base.value)}`, its.base.reason]);
    lines.push([`ram ${hex(start)} ${hex(size)}`, "assumed: the log does not show it"]);
  }
  const heading = title === undefined ? "" : `scenario ${JSON.stringify(title)}\n`;
  return `${heading}${lines.map(([text, reason]) => `${text.padEnd(24)} # ${reason}\n`).join("")}${its === undefined ? "" : MEMORY_NOTE}\n`;
}
