/** Logs and snapshots as traces: a whole one as a trace of its own, a copied piece as operations of a scenario. */
import type { CancellationToken } from "vscode-languageserver";
import type { Analysis } from "../analysis/analysis.ts";
import { scenarioAt, setupAt } from "../analysis/place.ts";
import { bytesInMemory } from "../import/byte-source.ts";
import { refusalOf } from "../import/formats.ts";
import { Importer, type Summary } from "../import/import.ts";
import { type Plan, Planner, planOf } from "../import/plan.ts";
import type { Given } from "../import/setup.ts";
import { openSnapshot } from "../import/snapshots/open.ts";
import type { Refusal, Snapshot } from "../import/snapshots/snapshot.ts";
import { writeSnapshot } from "../import/snapshots/write.ts";
import { snapshotWords, summaryWords } from "../import/summary-words.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { Bases } from "../vgic/frame-table.ts";
import type { Files } from "./files.ts";
import type { Imported, Log } from "./protocol.ts";
import { cancelled, turn } from "./requests.ts";

/** Characters that are read before other requests get their turn. */
const pieceLength = 1 << 18;

interface Result {
  readonly plan: Plan;
  readonly summary: Summary;
  readonly trace: string;
}

/** The trace of a log or of a snapshot. */
export async function importLog(files: Files, log: Log, token: CancellationToken): Promise<Imported> {
  const { name, text, bytes, uri, head } = log;
  const snapshot =
    uri === undefined
      ? openSnapshot(bytesInMemory(bytes === undefined ? new TextEncoder().encode(text) : decoded(bytes)))
      : await files.bytes(uri, openSnapshot);
  if (snapshot !== undefined) return traceOfSnapshot(name, snapshot);
  if (uri !== undefined) return { refusal: TOO_LARGE };
  const refusal = refusalOf(Uint8Array.from(head));
  if (refusal !== undefined) return { refusal };
  const result = await traceOf(name, text, {}, token);
  if (typeof result === "string") return { refusal: result };
  return { trace: result.trace, notes: summaryWords(result.plan, result.summary) };
}

/** A log as long makes no file that an editor opens with ease. */
const TOO_LARGE =
  "it is no snapshot of a VM, and a log of more than 50 MB; import it on the command line: `vgic-trace import LOG > boot.vgic`";

/** Nothing of what is no base64. */
function decoded(base64: string): Uint8Array {
  try {
    const letters = atob(base64);
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function traceOfSnapshot(name: string, snapshot: Snapshot | Refusal): Imported {
  if ("refusal" in snapshot) return { refusal: snapshot.refusal };
  const texts: string[] = [];
  const summary = writeSnapshot(snapshot, { name, write: (text) => texts.push(text) });
  return { trace: texts.join(""), notes: snapshotWords(snapshot, summary) };
}

/**
 * A copied piece of a log as operations for a line of a trace, done on a VM as the trace declares it; with its
 * declarations where the trace says nothing yet. None for a text that is no log, or one of several VMs.
 */
export async function importInto(analysis: Analysis, line: number, text: string): Promise<string | null> {
  const { lines } = analysis.document;
  const saysNothing = lines.all.every(({ text }) => /^\s*(#|$)/.test(text));
  const given = saysNothing ? {} : givenAt(analysis, line);
  const result = await traceOf("the clipboard", text, given);
  if (typeof result === "string" || result.plan.vms.length > 1 || result.summary.operations === 0)
    return null;
  if (saysNothing) return result.trace;
  // A blank line each stands after the heading and after the declarations.
  const [heading, , ...operations] = result.trace.split("\n\n");
  return `${heading}\n${operations.join("\n\n")}`;
}

/** What the trace declares. Bases that it does not declare are taken from the log: operations name registers. */
function givenAt(analysis: Analysis, line: number): Given {
  const { model, cpus, irqs, revision, bases } = setupAt(analysis, line);
  const { places } = scenarioAt(analysis, line)?.evaluation.scenario ?? analysis.program.header.declarations;
  const declared = (frame: keyof Bases) => (places[`base ${frame}`] === undefined ? undefined : bases[frame]);
  const frames = { dist: declared("dist"), redist: declared("redist"), cpu: declared("cpu") };
  return { model, cpus, irqs, revision, ...frames };
}

async function traceOf(
  name: string,
  text: string,
  given: Given,
  token?: CancellationToken,
): Promise<Result | string> {
  const planner = new Planner();
  await eachPiece(text, token, (piece) => planner.write(piece));
  const found = planner.end();
  const plan = typeof found === "string" ? found : planOf([found], given);
  if (typeof plan === "string") return plan;
  const traces = Array.from(plan.vms, (): string[] => []);
  const importer = new Importer({
    plan,
    names: [name],
    write: (vm, written) => itemAt(traces, vm).push(written),
  });
  await eachPiece(text, token, (piece) => importer.write(0, piece));
  importer.endOf(0);
  const summary = importer.end();
  return { plan, summary, trace: traces.flat().join("") };
}

async function eachPiece(
  text: string,
  token: CancellationToken | undefined,
  take: (piece: string) => void,
): Promise<void> {
  for (let start = 0; start < text.length; start += pieceLength) {
    take(text.slice(start, start + pieceLength));
    await turn();
    if (token?.isCancellationRequested) throw cancelled();
  }
}
