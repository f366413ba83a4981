/** What an import came to, in words. */
import { counted } from "../syntax/counted.ts";
import { FORMATS, formatRow } from "./formats.ts";
import { type Loss, linesWords, type Summary } from "./import.ts";
import type { Piece } from "./piece.ts";
import type { Plan } from "./plan.ts";
import type { Snapshot } from "./snapshots/snapshot.ts";
import type { SnapshotSummary } from "./snapshots/write.ts";

/** A few lines, the counts first; the end of the trace has all that was left out. */
export function summaryWords({ logs, vms, empty }: Plan, summary: Summary): string[] {
  const { operations, folded, differing, leftOut, piece } = summary;
  const ofThemFolded = folded > 0 ? ` (${folded} of them folded)` : "";
  const titles = [...new Set(logs.map(({ format }) => formatRow(format).title))];
  const words = [
    `${titles.join(" and ")}; ${linesWords(summary)}, ${counted(vms.length, "VM")}, ${counted(operations, "operation")}${ofThemFolded}`,
    ...stepWords(summary),
    ...lossWords(summary),
    ...pieceWords(vms, piece),
  ];
  const leftLines = leftOut.reduce((sum, { count }) => sum + count, 0);
  if (leftLines > 0) {
    words.push(`${counted(leftLines, "line")} left out; the end of the trace says which, the most:`);
    for (const { why, count } of leftOut.slice(0, 5)) words.push(`  ${why} (${count})`);
  }
  if (differing > 0) {
    words.push(
      `${counted(differing, "operation")} answered differently by the emulator than in the log; marked vgic-ignore[expectation]`,
    );
  }
  const others = logs.flatMap((log) => log.others);
  if (others.length > 0) {
    const what = others.map(
      (other) => `${counted(other.lines, "line")} of ${FORMATS[other.format].title} (--from ${other.format})`,
    );
    words.push(`the log mixes formats; left out: ${what.join(", ")}`);
  }
  if (operations === 0 && Object.values(piece).some((one) => one !== undefined)) {
    const times = logs.flatMap((log) => (log.times === undefined ? [] : [log.times]));
    const shown = times.length === 0 ? "it has no times" : `its times are ${times.join(" and ")}`;
    words.push(`nothing of the log is in the piece that was asked for: ${shown}`);
  } else if (operations === 0 && !empty) {
    words.push("no access is to the GIC where it was looked for: say where it is with --base-dist");
  }
  if (empty)
    words.push("the log shows no access to a vGIC and no interrupt line: the trace has no operations");
  return words;
}

/** Where times run backwards, and what to do: mostly two recordings stand in one file. */
function stepWords({ stepsBack }: Summary): string[] {
  if (stepsBack === undefined) return [];
  const { line, from, to, log, count } = stepsBack;
  const where = `in line ${line}${log === undefined ? "" : ` of log ${log + 1}`}, from ${from} to ${to}`;
  const told =
    count === 1
      ? `times run backwards ${where}. If another boot or recording begins there, cut the log above the heading of that one, and import each part alone`
      : `times run backwards ${counted(count, "time")}, first ${where}. Put each recording into a file of its own: those of one machine can be given together, and are put in the order of their times`;
  return [`${told}. From there on only what agrees is asked for`];
}

/** What the log itself says that it does not show. Where times run backwards, another recording is told already. */
function lossWords({ lostEvents, recordings, stepsBack }: Summary): string[] {
  const words: string[] = [];
  if (lostEvents !== undefined)
    words.push(
      `events are missing: ${lostEvents.what}, says ${placesOf(lostEvents)}. From there on only what agrees is asked for`,
    );
  if (recordings !== undefined && stepsBack === undefined)
    words.push(
      `another recording begins in ${placesOf(recordings)}. From there on only what agrees is asked for; import each part alone`,
    );
  return words;
}

/** "line 12", "line 12 of log 2, and 3 more lines below". */
function placesOf({ line, log, count }: Loss): string {
  const first = `line ${line}${log === undefined ? "" : ` of log ${log + 1}`}`;
  return count === 1 ? first : `${first} (and ${counted(count - 1, "more line")})`;
}

/** A vCPU or an interrupt that no VM of the log has. */
function pieceWords(vms: Plan["vms"], { vcpu, intid }: Piece): string[] {
  const cpus = Math.max(...vms.map(({ setup }) => setup.cpus.value));
  const irqs = Math.max(...vms.map(({ setup }) => setup.irqs.value));
  return [
    ...(vcpu === undefined || vcpu < cpus
      ? []
      : [
          `--vcpu ${vcpu}: no line is of such a vCPU; there ${cpus === 1 ? "is" : "are"} ${upTo(cpus, "vCPU")}`,
        ]),
    ...(intid === undefined || intid < irqs
      ? []
      : [`--intid ${intid}: no line is of such an interrupt; there are ${upTo(irqs, "INTID")}`]),
  ];
}

/** "vCPU 0 alone", "vCPUs 0 and 1", "vCPUs 0 to 3". */
function upTo(count: number, noun: string): string {
  if (count === 1) return `${noun} 0 alone`;
  return `${noun}s 0 ${count === 2 ? "and" : "to"} ${count - 1}`;
}

/** A few lines on a snapshot, what it is first, then what is wrong with it. */
export function snapshotWords(
  { title, model, cpus, remarks }: Snapshot,
  { calls, readBack, lost, findings }: SnapshotSummary,
): string[] {
  const words = [
    `${title}: GIC${model}, ${counted(cpus, "vCPU")}; ${counted(calls, "call")} restore it, ${counted(readBack, "register")} read back`,
    ...findings.map((finding) => `finding: ${finding}`),
    ...remarks,
  ];
  if (lost > 0) {
    words.push(`${counted(lost, "register")} will not hold what was saved; marked vgic-ignore[expectation]`);
  }
  return words;
}
