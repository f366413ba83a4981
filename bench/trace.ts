/** Traces of any length that look like real ones and hold: what reads must give is asked of the emulator itself. */
import { DEFAULT_HOST } from "../server/src/vgic/kernels/hosts.ts";
import { Random } from "./random.ts";
import { type Shape, Steps } from "./trace-steps.ts";

export interface TraceShape extends Shape {
  readonly seed: number;
  readonly operations: number;
  readonly scenarios: number;
}

export const ordinary: Omit<TraceShape, "operations"> = {
  seed: 9,
  model: "v3",
  cpus: 4,
  irqs: 256,
  scenarios: 1,
};

const names = ["UART", "DISK", "NET", "RTC"];

/** The lines of a trace with exactly so many operations, spread evenly over its scenarios. */
export function traceLines(shape: TraceShape): string[] {
  const { seed, model, cpus, irqs, operations, scenarios } = shape;
  const random = new Random(seed);
  const lines = [
    `# A generated trace: ${operations} operations, seed ${seed}.`,
    `gic ${model}`,
    "revision 3",
    `cpus ${cpus}`,
    `irqs ${irqs}`,
    ...names.map((name, index) => `let ${name} = ${index + 32}`),
  ];
  for (let scenario = 0; scenario < scenarios; scenario++) {
    const from = Math.floor((operations * scenario) / scenarios);
    const count = Math.floor((operations * (scenario + 1)) / scenarios) - from;
    lines.push("", `scenario "part ${scenario}"`);
    const steps = new Steps({ model, cpus, irqs }, names, DEFAULT_HOST, random, (line) => lines.push(line));
    steps.write(count);
  }
  return lines;
}

/** The text of such a trace. */
export function traceText(shape: TraceShape): string {
  return `${traceLines(shape).join("\n")}\n`;
}
