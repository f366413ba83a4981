/** Accesses a second on one vGIC: against QEMU, and against the number of interrupts and vCPUs. */
import { DEFAULT_HOST } from "../server/src/vgic/kernels/hosts.ts";
import { Vgic } from "../server/src/vgic/vgic.ts";
import { type Kind, kinds } from "./accesses.ts";
import { installed } from "./program.ts";
import { Qtest, qemu } from "./qtest.ts";
import { note, type Point, type Results, type Row, row, type Series } from "./row.ts";
import { exponent, median } from "./statistics.ts";

const rounds = 5;
const seconds = 0.08;

export async function emulator(): Promise<Results> {
  const found = installed(qemu);
  const rows: Row[] = [];
  for (const model of ["v2", "v3"] as const) {
    const qtest = found ? await Qtest.start(model === "v2" ? 2 : 3) : undefined;
    for (const kind of kinds.filter((one) => one.model === model)) rows.push(...(await against(kind, qtest)));
    qtest?.stop();
  }
  const flat = flatness();
  rows.push(
    ...flat.map(({ title, points }) =>
      row(`emulator: ${title}`, exponent(points), "exponent", "at most", 0.1),
    ),
  );
  const missing = `Without ${qemu} nothing is compared with it: install it with \`apt install qemu-system-arm\`.`;
  return { rows, series: flat, notes: found ? [] : [missing] };
}

/** How QEMU is asked: an access at a time, as its own tests do it, and so far ahead that more does not help it. */
const oneByOne = { least: 1000, ahead: 1 };
const farAhead = { least: 20_000, ahead: 1000 };

/** In turns, so that both meet the same machine. */
async function against(kind: Kind, qtest: Qtest | undefined): Promise<Row[]> {
  const vgic = prepared(kind, 1, 256);
  rate(kind, vgic);
  const own: number[] = [];
  const single: number[] = [];
  const ahead: number[] = [];
  const commands = qtest === undefined ? undefined : kind.commands?.(qtest);
  for (let round = 0; round < rounds; round++) {
    own.push(rate(kind, vgic));
    if (qtest === undefined || commands === undefined) continue;
    single.push(own[round] / (await qtest.rate(commands, oneByOne)));
    ahead.push(own[round] / (await qtest.rate(commands, farAhead)));
  }
  const name = `emulator: ${kind.model} ${kind.name}`;
  const rows = [note(name, median(own) / 1e6, "million/s")];
  if (single.length === 0) return rows;
  return [
    ...rows,
    row(`${name}, against QEMU`, median(single), "times", "at least", 100),
    note(`${name}, against QEMU asked ahead`, median(ahead), "times"),
  ];
}

function prepared(kind: Kind, cpus: number, irqs: number): Vgic {
  const vgic = new Vgic({ model: kind.model, cpus, irqs, host: DEFAULT_HOST });
  kind.prepare?.(vgic);
  return vgic;
}

/** Accesses a second. */
function rate(kind: Kind, vgic: Vgic): number {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < seconds * 1000) {
    kind.perform(vgic, 10_000);
    calls += 10_000;
    elapsed = performance.now() - start;
  }
  return (calls * kind.accesses) / (elapsed / 1000);
}

/** The time of one access of every kind, for growing numbers of interrupts and of vCPUs. */
function flatness(): Series[] {
  const of = (
    title: string,
    x: string,
    sizes: readonly number[],
    vgicOf: (kind: Kind, size: number) => Vgic,
  ) => {
    const shown = kinds.filter(({ model }) => model === "v3");
    const points = sizes.map((size): Point => {
      const times = shown.map((kind) => {
        const vgic = vgicOf(kind, size);
        return 1e9 / median([0, 1, 2].map(() => rate(kind, vgic)));
      });
      return { x: size, y: times.reduce((sum, time) => sum + time, 0) / times.length };
    });
    return { title, x, y: "ns an access", points };
  };
  return [
    of("an access as interrupts grow", "interrupts", [64, 128, 256, 512, 992], (kind, irqs) =>
      prepared(kind, 1, irqs),
    ),
    of("an access as vCPUs grow", "vCPUs", [1, 4, 16, 64, 256, 512], (kind, cpus) =>
      prepared(kind, cpus, 256),
    ),
  ];
}
