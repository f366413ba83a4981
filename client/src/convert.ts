/** The server's plain data as VS Code's classes. */
import { Range } from "vscode";
import type { TextRange } from "../../server/src/lsp/protocol.ts";

export function toRange({ start, end }: TextRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
