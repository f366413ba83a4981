/** Pushes diagnostics to clients that do not ask for them. */
import type { Session } from "./session.ts";

/** How long edits are gathered before they are looked at, in milliseconds: requests that come along go first. */
const shortest = 5;
const longest = 200;

export class Publisher {
  readonly #session: Session;
  readonly #due = new Set<string>();
  /** Looking takes at most half of the time, so that other requests come in between. In milliseconds. */
  #notBefore = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** A trace was opened or changed, or its settings were. Changes that follow at once are told together. */
  changed(uri: string): void {
    if (this.#session.client.pullsDiagnostics || this.#due.has(uri)) return;
    this.#due.add(uri);
    this.#gather(uri, performance.now() + longest);
  }

  /** Waits until no further change has come in meanwhile. */
  #gather(uri: string, deadline: number): void {
    const { documents } = this.#session;
    const seen = documents.get(uri);
    const look = (): void => {
      if (documents.get(uri) !== seen && performance.now() < deadline) this.#gather(uri, deadline);
      else void this.#publish(uri);
    };
    setTimeout(look, Math.max(shortest, this.#notBefore - performance.now()));
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
      const start = performance.now();
      const diagnostics = this.#session.diagnostics(uri, this.#session.known(trace).analysis);
      const end = performance.now();
      this.#notBefore = end + Math.min(end - start, longest);
      await connection.sendDiagnostics({ uri, version: trace.version, diagnostics });
    } catch (error) {
      connection.console.error(`${uri} could not be checked: ${String(error)}`);
    }
  }
}
