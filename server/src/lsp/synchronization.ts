/** Keeps the open traces as the client has them. What makes no sense is logged and changes nothing. */
import {
  type DidChangeTextDocumentParams,
  type DidCloseTextDocumentParams,
  type DidOpenTextDocumentParams,
  Range,
} from "vscode-languageserver";
import { TraceDocument } from "../trace/document.ts";
import type { Publisher } from "./publisher.ts";
import type { Session } from "./session.ts";

export function open(
  session: Session,
  publisher: Publisher,
  { textDocument }: DidOpenTextDocumentParams,
): void {
  const { uri, version, text } = textDocument;
  session.documents.open(uri, version, text);
  publisher.changed(uri);
}

export function change(session: Session, publisher: Publisher, params: DidChangeTextDocumentParams): void {
  const { contentChanges, textDocument } = params;
  const { uri, version } = textDocument;
  const { connection, documents, positions } = session;
  const trace = documents.get(uri);
  if (trace === undefined) {
    connection.console.warn(`${uri} was edited but is not open: the edit is ignored`);
    return;
  }
  if (version <= trace.version) {
    connection.console.warn(`${uri}: an edit to version ${version} came after version ${trace.version}`);
  }
  let { document } = trace;
  for (const one of contentChanges) {
    if (!("range" in one)) document = TraceDocument.of(one.text);
    else if (Range.is(one.range)) document = positions.withChange(document, one);
    else connection.console.warn(`${uri}: an edit without a range that makes sense is ignored`);
  }
  documents.replace(trace.edited(version, document));
  publisher.changed(uri);
}

export function close(
  session: Session,
  publisher: Publisher,
  { textDocument }: DidCloseTextDocumentParams,
): void {
  session.documents.close(textDocument.uri);
  publisher.closed(textDocument.uri);
}
