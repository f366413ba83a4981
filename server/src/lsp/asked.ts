/** A trace that a request is about, as it was when the request came; positions go in and out through it. */
import type { Analysis, Range } from "../analysis/analysis.ts";
import type { Settings } from "../config/settings.ts";
import type { Position, TraceDocument } from "../document/document.ts";
import type { OpenTrace } from "./documents.ts";
import type { Session } from "./session.ts";

export class Asked {
  readonly session: Session;
  readonly trace: OpenTrace;

  constructor(session: Session, trace: OpenTrace) {
    this.session = session;
    this.trace = trace;
  }

  get uri(): string {
    return this.trace.uri;
  }

  get document(): TraceDocument {
    return this.trace.document;
  }

  get analysis(): Analysis {
    return this.session.known(this.trace).analysis;
  }

  /** What is known down to a line: it is there at once, also where all else is still being found out. */
  analysisNear(line: number): Analysis {
    return this.session.knownNear(this.trace, line);
  }

  get settings(): Settings {
    return this.session.settings.of(this.uri).settings;
  }

  /** A position of the client's. */
  at(position: Position): Position {
    return this.session.positions.fromClient(this.document, position);
  }

  /** A range of the client's. */
  within(range: Range): Range {
    return this.session.positions.rangeFromClient(this.document, range);
  }

  /** A position for the client. */
  position(position: Position): Position {
    return this.session.positions.toClient(this.document, position);
  }

  /** A range for the client. */
  range(range: Range): Range {
    return this.session.positions.rangeToClient(this.document, range);
  }
}
