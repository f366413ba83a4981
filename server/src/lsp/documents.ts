/** The open traces: their text as the client last told it, and what is known of them, found out when asked. */
import { type Analysis, type AnalysisOptions, AnalysisRun } from "../analysis/analysis.ts";
import { addressKey } from "../config/address.ts";
import type { TraceDocument } from "../document/document.ts";
import { LineCache } from "../document/shapes/line-cache.ts";
import { Content } from "./content.ts";

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
  readonly content: Content;
  /** What is known of this state, or of the last one before it of which everything was found out. */
  #known: Known | undefined;
  #reading: Generator<void> | undefined;
  /** Where not everything is known yet. */
  #run: { readonly analysis: AnalysisRun; readonly options: AnalysisOptions } | undefined;

  constructor(uri: string, version: number, content: Content, known?: Known) {
    this.uri = uri;
    this.version = version;
    this.content = content;
    this.#known = known;
  }

  /** The text as it is looked at. */
  get document(): TraceDocument {
    return this.content.document;
  }

  /** Everything that is known of the trace under some options. What earlier states have in common with it is kept. */
  known(options: AnalysisOptions): Known {
    return this.#ofAll(options) ?? this.#keep(this.#runFor(options).finish(), options);
  }

  /** Goes on finding out for some milliseconds. @returns everything, once it is known */
  advance(options: AnalysisOptions, milliseconds: number): Known | undefined {
    const known = this.#ofAll(options);
    if (known !== undefined) return known;
    const run = this.#runFor(options);
    const end = performance.now() + milliseconds;
    do {
      const analysis = run.advance();
      if (analysis !== undefined) return this.#keep(analysis, options);
    } while (performance.now() < end);
    return undefined;
  }

  /** Goes on reading what takes long to read, for some milliseconds. @returns whether all is read */
  read(milliseconds: number): boolean {
    this.#reading ??= this.document.reading();
    const end = performance.now() + milliseconds;
    do if (this.#reading.next().done) return true;
    while (performance.now() < end);
    return false;
  }

  #keep(analysis: Analysis, options: AnalysisOptions): Known {
    this.#run = undefined;
    this.#known = { analysis, options, id: nextId() };
    return this.#known;
  }

  /** What is known of a line, found out at once: what stands above it, and no diagnostics. */
  knownNear(options: AnalysisOptions, line: number): Analysis {
    return this.#ofAll(options)?.analysis ?? this.#runFor(options).near(line);
  }

  #ofAll(options: AnalysisOptions): Known | undefined {
    const known = this.#known;
    return known?.options === options && known.analysis.document === this.document ? known : undefined;
  }

  #runFor(options: AnalysisOptions): AnalysisRun {
    if (this.#run?.options !== options) {
      const before = this.#known?.options === options ? this.#known.analysis : undefined;
      this.#run = { analysis: new AnalysisRun(this.document, options, before), options };
    }
    return this.#run.analysis;
  }

  /** The trace after an edit. */
  edited(version: number, content: Content): OpenTrace {
    return new OpenTrace(this.uri, version, content, this.#known);
  }
}

let ids = 0;

/** An id for an answer that the client may hold on to; none is given twice. */
export function nextId(): string {
  return String(++ids);
}

export class Documents {
  /** What every document of the session is read with. */
  readonly cache = new LineCache();
  /** By the key of their address. */
  readonly #open = new Map<string, OpenTrace>();

  /** The open trace at an address, however that is written. */
  get(uri: string): OpenTrace | undefined {
    return this.#open.get(addressKey(uri));
  }

  all(): IterableIterator<OpenTrace> {
    return this.#open.values();
  }

  open(uri: string, version: number, text: string): void {
    this.#open.set(addressKey(uri), new OpenTrace(uri, version, Content.of(text, this.cache)));
  }

  /** An open trace has a new state. */
  replace(trace: OpenTrace): void {
    this.#open.set(addressKey(trace.uri), trace);
  }

  close(uri: string): void {
    this.#open.delete(addressKey(uri));
  }
}
