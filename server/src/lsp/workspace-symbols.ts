/** Scenarios and names of every trace of the workspace, open or on disk. */
import type { CancellationToken, SymbolInformation } from "vscode-languageserver";
import { landmarks, type TraceSymbol } from "../analysis/navigation/symbols.ts";
import type { TraceDocument } from "../document/document.ts";
import { documentOf } from "./content.ts";
import { symbolKinds } from "./convert.ts";
import { cancelled, runInPieces, turn } from "./requests.ts";
import type { Session } from "./session.ts";

/** The symbols of a file on disk as it was. */
interface Known {
  readonly stamp: string;
  readonly found: SymbolInformation[];
}

export class WorkspaceSymbols {
  readonly #session: Session;
  readonly #known = new Map<string, Known>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Those whose name holds the letters of a query in their order, whatever their case. */
  async matching(query: string, token: CancellationToken): Promise<SymbolInformation[]> {
    const { documents, folders, machine } = this.#session;
    const found: SymbolInformation[][] = [];
    for (const { uri, document } of [...documents.all()])
      found.push(await this.#symbolsOf(uri, document, token));
    for (const folder of folders) {
      for (const { uri, stamp } of await machine.files.traces(folder.uri)) {
        if (token.isCancellationRequested) throw cancelled();
        if (documents.get(uri) === undefined) found.push(await this.#ofFile(uri, stamp, token));
      }
    }
    return found.flat().filter(({ name }) => holds(name.toLowerCase(), query.toLowerCase()));
  }

  async #ofFile(uri: string, stamp: string, token: CancellationToken): Promise<SymbolInformation[]> {
    const before = this.#known.get(uri);
    if (before?.stamp === stamp) return before.found;
    await turn();
    const text = (await this.#session.machine.files.read(uri)) ?? "";
    const document = documentOf(text, this.#session.documents.cache);
    const found = await this.#symbolsOf(uri, document, token);
    this.#known.set(uri, { stamp, found });
    return found;
  }

  #symbolsOf(uri: string, document: TraceDocument, token: CancellationToken): Promise<SymbolInformation[]> {
    return runInPieces(this.#inform(uri, document), () => {
      if (token.isCancellationRequested) throw cancelled();
    });
  }

  /** Scenarios and names of a trace in the protocol's words, found in pieces. */
  *#inform(uri: string, document: TraceDocument): Generator<void, SymbolInformation[]> {
    const informed: SymbolInformation[] = [];
    const add = ({ kind, name, selection, children }: TraceSymbol, containerName?: string): void => {
      if (kind !== "scenario" && kind !== "name") return;
      const range = this.#session.positions.rangeToClient(document, selection);
      informed.push({ name, kind: symbolKinds[kind], location: { uri, range }, containerName });
      for (const child of children) add(child, name);
    };
    for (const symbol of yield* landmarks(document)) {
      add(symbol);
      yield;
    }
    return informed;
  }
}

function holds(name: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
