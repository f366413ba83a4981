/** A timeline as a value change dump (IEEE 1364-2005, 18), for waveform viewers: one time step an operation. */

import { itemAt } from "../syntax/item-at.ts";
import type { Look, Timeline, TimelineRow } from "./timeline.ts";

/** One line of a row under one variant. */
interface Wire {
  readonly id: string;
  readonly name: string;
  readonly isHigh: (look: Look) => boolean;
}

const INTERRUPT_WIRES = [
  { suffix: "pending", isHigh: ({ shape }: Look) => shape === "pending" || shape === "active-pending" },
  { suffix: "active", isHigh: ({ shape }: Look) => shape === "active" || shape === "active-pending" },
  { suffix: "enabled", isHigh: ({ isDisabled }: Look) => !isDisabled },
  { suffix: "group1", isHigh: ({ text }: Look) => text.endsWith("Group 1") },
] as const;
const CPU_WIRES = [
  { suffix: "irq", isHigh: ({ shape }: Look) => shape === "irq" || shape === "irq-fiq" },
  { suffix: "fiq", isHigh: ({ shape }: Look) => shape === "fiq" || shape === "irq-fiq" },
] as const;

/** All scenarios one after the other, each in a module of its own, with a module a variant in it. */
export function timelinesVcd(timelines: readonly Timeline[]): string {
  const ids = idsInOrder();
  const definitions: string[] = [];
  const changes = new Map<number, string[]>();
  const change = (time: number, text: string) => {
    const list = changes.get(time);
    if (list) list.push(text);
    else changes.set(time, [text]);
  };
  let begin = 0;
  timelines.forEach((timeline, index) => {
    const end = begin + timeline.operations.length + 1;
    definitions.push(`$scope module ${identifier(timeline.title || `scenario_${index + 1}`)} $end`);
    const line = ids.next().value;
    const operation = ids.next().value;
    definitions.push(`$var integer 32 ${line} line $end`, `$var string 1 ${operation} operation $end`);
    change(begin, `b0 ${line}`);
    timeline.operations.forEach((one, i) => {
      change(begin + i + 1, `b${(one.line + 1).toString(2)} ${line}`);
      change(begin + i + 1, `s${stringValue(`${one.text}  ${one.answer}`)} ${operation}`);
    });
    timeline.variants.forEach((name, variant) => {
      definitions.push(`$scope module ${identifier(name)} $end`);
      for (const row of timeline.rows) {
        for (const wire of wiresOf(row, ids)) {
          definitions.push(`$var wire 1 ${wire.id} ${wire.name} $end`);
          for (const { column, level } of levelsOf(timeline, row, variant, wire.isHigh)) {
            change(begin + column, `${level}${wire.id}`);
          }
          if (index < timelines.length - 1) change(end, `x${wire.id}`);
        }
      }
      definitions.push("$upscope $end");
    });
    definitions.push("$upscope $end");
    begin = end;
  });
  const steps = [...changes].sort(([a], [b]) => a - b).map(([time, list]) => `#${time}\n${list.join("\n")}`);
  return [
    "$comment One time step is one operation; time 0 is the fresh VM. $end",
    "$version vgic-trace $end",
    "$timescale 1 us $end",
    ...definitions,
    "$enddefinitions $end",
    ...steps,
    `#${begin}`,
    "",
  ].join("\n");
}

function wiresOf({ kind, name }: TimelineRow, ids: Iterator<string, never>): Wire[] {
  const wires = kind === "cpu" ? CPU_WIRES : INTERRUPT_WIRES;
  return wires.map(({ suffix, isHigh }) => ({
    id: ids.next().value,
    name: `${identifier(name)}_${suffix}`,
    isHigh,
  }));
}

/** "x": nobody knows, as the host has failed. */
type Level = "0" | "1" | "x";

/** The levels of a wire, where they change. What a variant's own lane does not say is as in the declared one. */
function* levelsOf(
  { looks, operations }: Timeline,
  { lanes }: TimelineRow,
  variant: number,
  isHigh: (look: Look) => boolean,
): Generator<{ readonly column: number; readonly level: Level }> {
  const [declared] = lanes;
  const own = lanes.find(({ variants }) => variants.includes(variant)) ?? declared;
  const edges = new Set([...declared.spans, ...own.spans].flatMap(({ start, end }) => [start, end]));
  let before: Level | undefined;
  for (const column of [...edges].sort((a, b) => a - b)) {
    if (column > operations.length) break;
    const holds = ({ start, end }: { start: number; end: number }) => start <= column && column < end;
    const span = own.spans.find(holds) ?? declared.spans.find(holds);
    if (span === undefined) continue;
    const look = itemAt(looks, span.look);
    const level = look.shape === "ended" ? "x" : isHigh(look) ? "1" : "0";
    if (level !== before) yield { column, level };
    before = level;
  }
}

/** "!", "\"", … "~", "!!", …: printable characters, as short as they get. */
function* idsInOrder(): Generator<string, never> {
  const first = 33;
  const count = 94;
  for (let number = 0; ; number++) {
    let id = "";
    for (let rest = number; rest >= 0; rest = Math.floor(rest / count) - 1) {
      id = String.fromCharCode(first + (rest % count)) + id;
    }
    yield id;
  }
}

/** A name without what separates names in a dump. */
function identifier(name: string): string {
  return name
    .replaceAll("–", "-")
    .replaceAll(/[^\w.-]+/g, "_")
    .slice(0, 120);
}

/** A string for GTKWave, which reads blanks and what is not ASCII as escapes. */
function stringValue(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}
