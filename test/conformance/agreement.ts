/** How far the emulator agrees with a recording: every operation's expectation, by register and kind of operation. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import type { Operation } from "../../server/src/program/operation.ts";

export interface Disagreement {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly message: string;
}

/** Agreement on one register by one kind of operation. */
export interface Tally {
  readonly kind: string;
  readonly register: string;
  operations: number;
  readonly disagreements: Disagreement[];
}

/** The recordings (`.vgic`, or `.vgic.gz`) below a folder. */
export function recordingsIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => recordingsIn(join(path, name)))
    .filter((file) => /\.vgic(\.gz)?$/.test(file));
}

function read(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/**
 * Lints a recording and adds what it found to the tallies. Errors other than a failed expectation count as well, since
 * they keep a line from being checked; only a value wider than its access does not (the recorder wrote some).
 */
export function tally(file: string, tallies: Map<string, Tally>): void {
  const analysis = analyse(TraceDocument.of(read(file)));
  const errors = new Map<number, string>();
  for (const { code, severity, message, range } of analysis.diagnostics) {
    if (severity === "error" && code !== "invalid-value") errors.set(range.start.line, message);
  }
  for (const { firstLine, evaluation } of analysis.scenarios) {
    const { operations } = evaluation.scenario;
    for (const [index, operation] of [...operations].entries()) {
      const line = firstLine + operations.lineNumber(index);
      const entry = entryOf(operation, tallies);
      entry.operations++;
      const message = errors.get(line);
      errors.delete(line);
      if (message !== undefined)
        entry.disagreements.push(disagreement(file, line, analysis.document, message));
    }
  }
  for (const [line, message] of errors) {
    const entry = entryFor("unread", "line", tallies);
    entry.operations++;
    entry.disagreements.push(disagreement(file, line, analysis.document, message));
  }
}

function disagreement(file: string, line: number, document: TraceDocument, message: string): Disagreement {
  return { file, line: line + 1, text: document.lines.at(line)?.text.trim() ?? "", message };
}

function entryOf(operation: Operation, tallies: Map<string, Tally>): Tally {
  switch (operation.kind) {
    case "mmio": {
      const register = operation.register?.row.name ?? "no register";
      return entryFor(operation.write ? "guest write" : "guest read", register, tallies);
    }
    case "sysreg":
      return entryFor(operation.write ? "msr" : "mrs", operation.register.row.name, tallies);
    case "user":
      return entryFor(`user ${operation.verb}`, operation.register?.row.name ?? "no register", tallies);
    default:
      return entryFor(operation.kind, "-", tallies);
  }
}

function entryFor(kind: string, register: string, tallies: Map<string, Tally>): Tally {
  const key = `${kind} ${register}`;
  const known = tallies.get(key);
  if (known) return known;
  const fresh: Tally = { kind, register, operations: 0, disagreements: [] };
  tallies.set(key, fresh);
  return fresh;
}
