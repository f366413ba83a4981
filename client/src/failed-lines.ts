/** Lines of traces behind which VS Code writes why a test failed: a hint there would be covered by it. */
import { Disposable, type TextDocumentContentChangeEvent, type Uri, workspace } from "vscode";

export class FailedLines extends Disposable {
  readonly #changed: () => void;
  readonly #lines = new Map<string, Set<number>>();

  /** @param changed is called when there are other lines */
  constructor(changed: () => void) {
    const subscriptions = Disposable.from(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const key = document.uri.toString();
        const lines = this.#lines.get(key);
        if (lines !== undefined) this.#lines.set(key, contentChanges.reduce(moved, lines));
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#lines.delete(uri.toString())),
    );
    super(() => subscriptions.dispose());
    this.#changed = changed;
  }

  has(trace: Uri, line: number): boolean {
    return this.#lines.get(trace.toString())?.has(line) === true;
  }

  /** Forgets the failures of an earlier run. */
  clear(trace: Uri): void {
    if (this.#lines.delete(trace.toString())) this.#changed();
  }

  add(trace: Uri, line: number): void {
    const key = trace.toString();
    this.#lines.set(key, (this.#lines.get(key) ?? new Set()).add(line));
    this.#changed();
  }
}

/** Where lines are after a change of the text. */
function moved(
  lines: Set<number>,
  { range: { start, end }, text }: TextDocumentContentChangeEvent,
): Set<number> {
  const by = text.split("\n").length - 1 - (end.line - start.line);
  return new Set(
    [...lines].map((line) => (line > end.line ? line + by : Math.min(line, start.line + Math.max(by, 0)))),
  );
}
