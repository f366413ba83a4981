/** Pushes diagnostics to clients that do not ask for them. */
import type { Known, OpenTrace } from "./documents.ts";
import { pause, stretch, turn } from "./requests.ts";
import type { Session } from "./session.ts";

/** How long edits are gathered before they are looked at, in milliseconds: requests that come along go first. */
const shortest = 5;
const longest = 200;

/** What is to be told of a trace. */
interface News {
  readonly trace: OpenTrace;
  readonly known: Known;
}

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
    void this.#publish(uri);
  }

  /** A trace was closed: nothing is said of it any more. */
  closed(uri: string): void {
    if (this.#session.client.pullsDiagnostics) return;
    void this.#session.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  async #publish(uri: string): Promise<void> {
    const { connection } = this.#session;
    try {
      const news = await this.#news(uri);
      this.#due.delete(uri);
      if (news === undefined) return;
      const { trace, known } = news;
      const diagnostics = this.#session.diagnostics(uri, known.analysis);
      await connection.sendDiagnostics({ uri, version: trace.version, diagnostics });
      // It was edited on while this state was looked at.
      const now = this.#session.documents.get(uri);
      if (now !== undefined && now !== trace) this.changed(uri);
    } catch (error) {
      this.#due.delete(uri);
      connection.console.error(`${uri} could not be checked: ${String(error)}`);
    }
  }

  /** Finds out everything about a trace, bit by bit; undefined if it is closed meanwhile. */
  async #news(uri: string): Promise<News | undefined> {
    const { documents } = this.#session;
    const deadline = performance.now() + longest;
    await this.#session.ready;
    let seen = documents.get(uri);
    await pause(shortest);
    for (;;) {
      const trace = documents.get(uri);
      if (trace === undefined || seen === undefined) return undefined;
      // Who edits on and on is told in between all the same: of the state that there was when it got late.
      if (trace !== seen && performance.now() < deadline) {
        seen = trace;
        await pause(shortest);
        continue;
      }
      const known = this.#session.advance(seen, stretch);
      if (known !== undefined) return { trace: seen, known };
      await turn();
    }
  }
}
