/** Ordinary C and JavaScript of any length, with lines about as long as a trace's: what other tools are given. */
import { Random } from "./random.ts";

const fields = ["state", "level", "mask", "target", "source", "count"];

/** So many lines of C: functions of twenty lines; each twentieth function has a variable that nobody uses. */
export function cLines(count: number, seed = 9): string[] {
  const random = new Random(seed);
  const lines = ["struct irq { unsigned state, level, mask, target, source, count; };"];
  for (let number = 0; lines.length < count; number++) {
    const room = count - lines.length;
    if (room < 4) {
      lines.push(`/* line ${lines.length + 1} */`);
      continue;
    }
    lines.push(`static unsigned handle_${number}(struct irq *irq, unsigned value)`, "{");
    for (let line = 0; line < Math.min(17, room - 3); line++)
      lines.push(`  ${statement(random, number, line)}`);
    lines.push("}");
  }
  return lines;
}

function statement(random: Random, number: number, line: number): string {
  const [to, from] = [random.pick(fields), random.pick(fields)];
  const constant = `0x${random.word().toString(16)}u`;
  if (line === 0 && number % 20 === 0) return `unsigned unused_${number} = ${constant};`;
  switch (random.below(4)) {
    case 0:
      return `irq->${to} = value + ${constant}; /* step ${number} */`;
    case 1:
      return `if (irq->${from} > ${constant}) irq->${to} ^= value;`;
    case 2:
      return `value = (value << ${random.below(31)}) | (irq->${from} & ${constant});`;
    default:
      return `irq->${to} += irq->${from} * ${random.below(9999)}u;`;
  }
}

/** So many lines of JavaScript. */
export function javaScriptLines(count: number, seed = 9): string[] {
  const random = new Random(seed);
  const lines: string[] = [];
  for (let number = 0; lines.length < count; number++) {
    const room = count - lines.length;
    if (room < 4) {
      lines.push(`// line ${lines.length + 1}`);
      continue;
    }
    lines.push(`export function handle${number}(irq, value) {`);
    for (let line = 0; line < Math.min(17, room - 3); line++) lines.push(`  ${script(random, number)}`);
    lines.push("  return value;", "}");
  }
  return lines;
}

function script(random: Random, number: number): string {
  const [to, from] = [random.pick(fields), random.pick(fields)];
  const constant = `0x${random.word().toString(16)}`;
  switch (random.below(4)) {
    case 0:
      return `irq.${to} = value + ${constant}; // step ${number}`;
    case 1:
      return `if (irq.${from} > ${constant}) irq.${to} ^= value;`;
    case 2:
      return `value = (value << ${random.below(31)}) | (irq.${from} & ${constant});`;
    default:
      return `irq.${to} += irq.${from} * ${random.below(9999)};`;
  }
}
