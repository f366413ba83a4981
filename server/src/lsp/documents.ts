/** The open traces: their text as the client last told it, and what is known of them, found out when asked. */
import { type Analysis, type AnalysisOptions, analyse } from "../analysis/analysis.ts";
import { analyseNear } from "../analysis/near.ts";
import { TraceDocument } from "../trace/document.ts";

/** Longer traces would keep the editor waiting for minutes. UTF-16 units. */
export const mostUnits = 10_000_000;

/** Stands for a trace that is too long to be looked at. */
export const TOO_LONG = TraceDocument.of("");

/** The document of a whole text; what it has in common with one before is kept. */
export function documentOf(text: string, before?: TraceDocument): TraceDocument {
  if (text.length > mostUnits) return TOO_LONG;
  return before === undefined ? TraceDocument.of(text) : before.withText(text);
}

/** What was found out about a trace under some options, with an id that nothing else has. */
export interface Known {
  readonly analysis: Analysis;
  readonly options: AnalysisOptions;
  readonly id: string;
}

/** A state of an open trace. An edit makes a new one. */
export class OpenTrace {
  readonly uri: string;
  readonly version: number;
  readonly document: TraceDocument;
  /** What is known of this state, or of the last one before it of which anything is. */
  #known: Known | undefined;

  constructor(uri: string, version: number, document: TraceDocument, known?: Known) {
    this.uri = uri;
    this.version = version;
    this.document = document;
    this.#known = known;
  }

  /** Everything that is known of the trace under some options. What earlier states have in common with it is kept. */
  known(options: AnalysisOptions): Known {
    const before = this.#known?.options === options ? this.#known : undefined;
    if (before?.analysis.document === this.document) return before;
    this.#known = { analysis: analyse(this.document, options, before?.analysis), options, id: nextId() };
    return this.#known;
  }

  /** What is known down to a line, for who does not wait for the rest: everything, if that takes no longer. */
  knownNear(options: AnalysisOptions, line: number): Analysis {
    const before = this.#known?.options === options ? this.#known.analysis : undefined;
    if (before === undefined || before.document === this.document) return this.known(options).analysis;
    return analyseNear(this.document, options, before, line) ?? this.known(options).analysis;
  }

  /** The trace after an edit. */
  edited(version: number, document: TraceDocument): OpenTrace {
    return new OpenTrace(this.uri, version, document, this.#known);
  }
}

let ids = 0;

/** An id for an answer that the client may hold on to; none is given twice. */
export function nextId(): string {
  return String(++ids);
}

export class Documents {
  readonly #open = new Map<string, OpenTrace>();

  get(uri: string): OpenTrace | undefined {
    return this.#open.get(uri);
  }

  all(): IterableIterator<OpenTrace> {
    return this.#open.values();
  }

  open(uri: string, version: number, text: string): void {
    this.#open.set(uri, new OpenTrace(uri, version, documentOf(text)));
  }

  /** An open trace has a new state. */
  replace(trace: OpenTrace): void {
    this.#open.set(trace.uri, trace);
  }

  close(uri: string): void {
    this.#open.delete(uri);
  }
}
