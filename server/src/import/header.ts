/** The declarations of an imported VM, as its emulator and its trace have them. */
import { DEFAULT_HOST, type Host, parseHost } from "../vgic/kernels/hosts.ts";
import { Vgic } from "../vgic/vgic.ts";
import { hex } from "./numbers.ts";
import type { Setup } from "./setup.ts";

/** Revision 0 exists on such kernels only. */
const hostOfRevision0 = "linux-4.18";

/** The emulator of a VM that is set up so. */
export function emulatorOf(setup: Setup): Vgic {
  const { model, cpus, irqs, revision, dist, redist, cpu } = setup;
  return new Vgic({
    model: model.value,
    cpus: cpus.value,
    irqs: irqs.value,
    revision: revision.value,
    host: hostOf(revision.value),
    bases: { dist: dist.value, redist: redist?.value ?? 0, cpu: cpu?.value ?? 0, its: 0 },
  });
}

function hostOf(revision: number): Host {
  if (revision !== 0) return DEFAULT_HOST;
  const host = parseHost(hostOfRevision0);
  return typeof host === "string" ? DEFAULT_HOST : host;
}

/** The declarations of a VM, each with its reason; with a title those of a scenario. */
export function headerText(
  { model, revision, cpus, irqs, dist, redist, cpu }: Setup,
  title: string | undefined,
): string {
  const lines: (readonly [text: string, reason: string])[] = [
    [`gic ${model.value}`, model.reason],
    [`revision ${revision.value}`, revision.reason],
  ];
  if (revision.value === 0) lines.push([`host ${hostOfRevision0}`, "later kernels do not show revision 0"]);
  lines.push([`cpus ${cpus.value}`, cpus.reason], [`irqs ${irqs.value}`, irqs.reason]);
  lines.push([`base dist ${hex(dist.value)}`, dist.reason]);
  if (redist !== undefined) lines.push([`base redist ${hex(redist.value)}`, redist.reason]);
  if (cpu !== undefined) lines.push([`base cpu ${hex(cpu.value)}`, cpu.reason]);
  const heading = title === undefined ? "" : `scenario ${JSON.stringify(title)}\n`;
  return `${heading}${lines.map(([text, reason]) => `${text.padEnd(24)} # ${reason}\n`).join("")}\n`;
}
