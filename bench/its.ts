/** Commands, MSIs, and saving and restoring tables, against a plain register access and the number of mapped devices. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT_BASES } from "../server/src/vgic/frame-table.ts";
import { DEFAULT_HOST } from "../server/src/vgic/kernels/hosts.ts";
import { Vgic } from "../server/src/vgic/vgic.ts";
import { command, measureNode, workFolder } from "./program.ts";
import { note, type Point, type Results, type Row, row, type Series } from "./row.ts";
import { exponent, median } from "./statistics.ts";

const SIZES = [1, 10, 100, 1000, 10_000] as const;
const MOST = 10_000;
const SECONDS = 0.08;
const CONFIGURATION = 0x50000000;
const ITTS = 0x60000000;
const VALID = 0x80000000;
const { dist, redist, its: ITS } = DEFAULT_BASES;

export function its(): Results {
  const [without, withIts] = [false, true].map(
    (its) => new Vgic({ model: "v3", cpus: 1, irqs: 64, host: DEFAULT_HOST, its }),
  );
  const plain = (vgic: Vgic): void => {
    vgic.guestRead(0, dist + 0x104, 4);
  };
  const checkpoint = (vgic: Vgic): void => {
    vgic.restore(vgic.snapshot());
  };
  const access = rateOf(mapped(1), (vgic) => {
    vgic.guestRead(0, dist + 0x104, 4);
  });
  const of = (title: string, step: (vgic: Vgic, i: number, devices: number) => void): Series => ({
    title,
    x: "mapped devices",
    y: "ns",
    points: SIZES.map((devices) => ({
      x: devices,
      y: 1e9 / rateOf(mapped(devices), (vgic, i) => step(vgic, i, devices)),
    })),
  });
  const commands = of("a command as devices grow", (vgic, i, devices) => {
    vgic.itsCommand(0, { name: "inv", device: (i * 7919) % devices, event: 0 });
  });
  const msis = of("an MSI as devices grow", (vgic, i, devices) => {
    vgic.signalMsi((i * 7919) % devices, 0);
  });
  const save = tables("saving the tables as devices grow", (vgic) => {
    vgic.saveTables();
  });
  const restore = tables(
    "restoring the tables as devices grow",
    (vgic) => {
      vgic.restoreTables();
    },
    (vgic) => {
      vgic.saveTables();
      vgic.resetIts();
      setUpTables(vgic);
    },
  );
  const rate = ({ points }: Series) => 1e9 / median(points.map(({ y }) => y));
  const rows: Row[] = [
    note("its: a plain register access", access / 1e6, "million/s"),
    note("its: commands", rate(commands) / 1e6, "million/s"),
    note("its: MSIs", rate(msis) / 1e6, "million/s"),
    // With 20 million accesses a second, 300,000 commands and 1,000,000 MSIs.
    // A trace without an ITS pays nothing for it.
    row(
      "its: an access without an ITS, in accesses with one",
      timesAsLong(without, withIts, plain),
      "times",
      "at most",
      1.2,
    ),
    row(
      "its: a checkpoint without an ITS, in those with one",
      timesAsLong(without, withIts, checkpoint),
      "times",
      "at most",
      1.2,
    ),
    row("its: a command, in plain accesses", access / rate(commands), "times", "at most", 65),
    row("its: an MSI, in plain accesses", access / rate(msis), "times", "at most", 20),
    row(`its: ${commands.title}`, exponent(commands.points), "exponent", "at most", 0.1),
    row(`its: ${msis.title}`, exponent(msis.points), "exponent", "at most", 0.1),
    row(`its: ${save.title}`, exponent(large(save)), "exponent", "at most", 1.15),
    row(`its: ${restore.title}`, exponent(large(restore)), "exponent", "at most", 1.15),
    ...manyEvents(),
  ];
  return { rows, series: [commands, msis, save, restore] };
}

/** Traces that map ever more events: what `lint` of them costs, and holds in memory. */
function manyEvents(): Row[] {
  const points = [10_000, 100_000, 1_000_000].map((events) => {
    const file = path.join(workFolder, "events.vgic");
    writeFileSync(file, mappingTrace(events));
    return { events, ...measureNode(command, ["lint", file]) };
  });
  const { cpu, memory } = points[2];
  const growth = (of: (one: (typeof points)[number]) => number): number =>
    exponent(points.map((one) => ({ x: one.events, y: of(one) })));
  return [
    note("its: lint of a trace that maps a million events, CPU time", cpu, "s"),
    note("its: lint of a trace that maps a million events, peak memory", memory / 1e6, "MB"),
    row(
      "its: lint, as mapped events grow",
      growth((one) => one.cpu),
      "exponent",
      "at most",
      1.15,
    ),
    row(
      "its: peak memory of lint, as mapped events grow",
      growth((one) => one.memory),
      "exponent",
      "at most",
      1,
    ),
  ];
}

function mappingTrace(events: number): string {
  const perDevice = 1 << 15;
  const lines = [
    ...["gic v3", "revision 3", "cpus 1", "its", "ram 0x40000000 0x80000000", 'scenario "many events"'],
    `cpu0 writeq GICR_PROPBASER ${CONFIGURATION | 15}`,
    "cpu0 writeq GICR_PENDBASER 0x40150000",
    "cpu0 writel GICR_CTLR 1",
    "cpu0 writeq GITS_BASER0 0x8000000040110001",
    "cpu0 writeq GITS_BASER1 0x8000000040140000",
    "cpu0 writeq GITS_CBASER 0x8000000040100000",
    "cpu0 writel GITS_CTLR 1",
    "cpu0 its mapc collection 0 to cpu0",
  ];
  for (let i = 0; i < events; i++) {
    const [device, event] = [Math.floor(i / perDevice), i % perDevice];
    if (event === 0) lines.push(`cpu0 its mapd device ${device} itt ${ITTS + device * 0x100000} bits 15`);
    lines.push(`cpu0 its mapti device ${device} event ${event} lpi ${8192 + (i % 50_000)} collection 0`);
  }
  return `${lines.join("\n")}\n`;
}

/** Below a hundred devices what each call costs counts for more than they do. */
function large({ points }: Series): Point[] {
  return points.filter(({ x }) => x >= 100);
}

function setUpTables(vgic: Vgic): void {
  vgic.guestWrite(0, ITS + 0x100, 8, 0x40110001, VALID);
  vgic.guestWrite(0, ITS + 0x108, 8, 0x40140000, VALID);
  vgic.guestWrite(0, ITS + 0x80, 8, 0x40100000, VALID);
  vgic.guestWrite(0, ITS, 4, 1);
}

/** A VM with so many devices, an event and an LPI each. */
function mapped(devices: number): Vgic {
  const vgic = new Vgic({ model: "v3", cpus: 1, irqs: 64, host: DEFAULT_HOST, its: true });
  vgic.memoryFill(CONFIGURATION, 0x10000, 0xa1);
  vgic.guestWrite(0, redist + 0x70, 8, CONFIGURATION | 15);
  vgic.guestWrite(0, redist + 0x78, 8, 0x40150000);
  vgic.guestWrite(0, redist, 4, 1);
  setUpTables(vgic);
  vgic.itsCommand(0, { name: "mapc", collection: 0, to: 0 });
  for (let device = 0; device < devices; device++) {
    vgic.itsCommand(0, { name: "mapd", device, itt: ITTS + device * 0x100, bits: 1 });
    vgic.itsCommand(0, { name: "mapti", device, event: 0, lpi: 8192 + device, collection: 0 });
  }
  if (vgic.its?.events(MOST).length !== devices) throw new Error(`not all of ${devices} devices are mapped`);
  return vgic;
}

/** Steps a second. */
function rateOf(vgic: Vgic, step: (vgic: Vgic, i: number) => void): number {
  const rates = [0, 1, 2].map(() => {
    const start = performance.now();
    let done = 0;
    let elapsed = 0;
    while (elapsed < SECONDS * 1000) {
      for (let i = 0; i < 1000; i++) step(vgic, done + i);
      done += 1000;
      elapsed = performance.now() - start;
    }
    return done / (elapsed / 1000);
  });
  return median(rates);
}

/** How many times as long a step takes on one VM as on another, the best of some turns of each: other load counts little. */
function timesAsLong(one: Vgic, other: Vgic, step: (vgic: Vgic) => void): number {
  const rates = [0, 1, 2, 3].map(() => [rateOf(one, step), rateOf(other, step)] as const);
  return Math.max(...rates.map(([, rate]) => rate)) / Math.max(...rates.map(([rate]) => rate));
}

/** The time of one call on the tables. */
function tables(title: string, call: (vgic: Vgic) => void, before?: (vgic: Vgic) => void): Series {
  const points = SIZES.map((devices): Point => {
    const vgic = mapped(devices);
    const times = [0, 1, 2].map(() => {
      before?.(vgic);
      const start = performance.now();
      call(vgic);
      return (performance.now() - start) * 1e6;
    });
    return { x: devices, y: median(times) };
  });
  return { title, x: "mapped devices", y: "ns", points };
}
