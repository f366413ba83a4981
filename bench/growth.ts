/** How time and memory of a check grow, with operations, vCPUs, interrupts and what is hard: the exponents of power laws. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { HARD_TEXTS } from "./hard-texts.ts";
import { compile, printed, workFolder } from "./program.ts";
import { type Results, row, type Series } from "./row.ts";
import { exponent, median } from "./statistics.ts";
import { ordinary, type TraceShape, traceText } from "./trace.ts";

const most = 1.1;

interface Axis {
  readonly name: string;
  readonly title: string;
  readonly sizes: readonly number[];
  readonly text: (size: number) => string;
}

const shaped = (shape: Partial<TraceShape>): string => traceText({ ...ordinary, operations: 1e4, ...shape });

const axes: readonly Axis[] = [
  {
    name: "operations",
    title: "operations",
    sizes: [1e3, 1e4, 1e5, 1e6],
    text: (operations) => shaped({ operations }),
  },
  {
    name: "vCPUs",
    title: "vCPUs of a GICv3",
    sizes: [1, 4, 16, 64, 256, 512],
    text: (cpus) => shaped({ cpus }),
  },
  {
    name: "vCPUs",
    title: "vCPUs of a GICv2",
    sizes: [1, 2, 4, 8],
    text: (cpus) => shaped({ cpus, model: "v2" }),
  },
  {
    name: "interrupts",
    title: "interrupts",
    sizes: [64, 128, 256, 512, 992],
    text: (irqs) => shaped({ irqs }),
  },
  ...Object.entries(HARD_TEXTS).map(([title, text]) => ({
    name: "lines",
    title,
    sizes: [1e3, 1e4, 1e5],
    text,
  })),
];

export function growth(): Results {
  const program = compile("grow.ts");
  const series = axes.flatMap((axis) => grow(program, axis));
  const rows = series.map((one) =>
    row(`growth: ${one.title}`, exponent(one.points), "exponent", "at most", most),
  );
  // A program gets faster while it runs, which makes the whole look flatter than its end is.
  const last = series
    .filter(({ x }) => x === "operations" || x === "lines")
    .map(({ title, points }) => {
      const name = `growth: ${title}, the last factor of ten`;
      return row(name, exponent(points.slice(-2)), "exponent", "at most", most);
    });
  return { rows: [...rows, ...last], series };
}

function grow(program: string, { name, title, sizes, text }: Axis): Series[] {
  const points = sizes.map((size) => {
    const file = path.join(workFolder, "growth.vgic");
    writeFileSync(file, text(size));
    const runs = [0, 1, 2].map(() => printed(program, [file]));
    return {
      size,
      time: median(runs.map(([time]) => time)),
      memory: median(runs.map(([, memory]) => memory)),
    };
  });
  return [
    {
      title: `time, ${title}`,
      x: name,
      y: "ms",
      points: points.map(({ size, time }) => ({ x: size, y: time })),
    },
    {
      title: `memory, ${title}`,
      x: name,
      y: "MB",
      points: points.map(({ size, memory }) => ({ x: size, y: memory })),
    },
  ];
}
