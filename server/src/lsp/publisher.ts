/** Pushes diagnostics to clients that do not ask for them. */
import type { Session } from "./session.ts";

/** How long edits are gathered before they are looked at, in milliseconds. */
const gatherFor = 100;

export class Publisher {
  readonly #session: Session;
  readonly #due = new Set<string>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** A trace was opened or changed, or its settings were. Changes that follow at once are told together. */
  changed(uri: string): void {
    if (this.#session.client.pullsDiagnostics || this.#due.has(uri)) return;
    this.#due.add(uri);
    setTimeout(() => void this.#publish(uri), gatherFor);
  }

  /** A trace was closed: nothing is said of it any more. */
  closed(uri: string): void {
    if (this.#session.client.pullsDiagnostics) return;
    void this.#session.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  async #publish(uri: string): Promise<void> {
    const { connection, documents, ready } = this.#session;
    try {
      await ready;
      this.#due.delete(uri);
      const trace = documents.get(uri);
      if (trace === undefined) return;
      const diagnostics = this.#session.diagnostics(uri, this.#session.known(trace).analysis);
      await connection.sendDiagnostics({ uri, version: trace.version, diagnostics });
    } catch (error) {
      connection.console.error(`${uri} could not be checked: ${String(error)}`);
    }
  }
}
