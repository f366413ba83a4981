/** What an import came to, in words. */
import { counted } from "../syntax/counted.ts";
import { FORMATS, formatRow } from "./formats.ts";
import { linesWords, type Summary } from "./import.ts";
import type { Plan } from "./plan.ts";
import type { Snapshot } from "./snapshots/snapshot.ts";
import type { SnapshotSummary } from "./snapshots/write.ts";

/** A few lines, the counts first; the end of the trace has all that was left out. */
export function summaryWords({ logs, vms, empty }: Plan, summary: Summary): string[] {
  const { operations, folded, differing, leftOut, isPiece } = summary;
  const ofThemFolded = folded > 0 ? ` (${folded} of them folded)` : "";
  const titles = [...new Set(logs.map(({ format }) => formatRow(format).title))];
  const words = [
    `${titles.join(" and ")}; ${linesWords(summary)}, ${counted(vms.length, "VM")}, ${counted(operations, "operation")}${ofThemFolded}`,
    ...stepWords(summary),
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
  if (operations === 0 && isPiece) {
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
