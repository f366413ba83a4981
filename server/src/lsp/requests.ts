/** How requests are answered: when, and how they are refused. */
import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { Asked } from "./asked.ts";
import { checkParameters, type Needed, refusal, uriIn } from "./parameters.ts";
import type { Session } from "./session.ts";

/** How long something may be looked for until other requests come in between, in milliseconds. */
export const stretch = 10;

/** In Node a message takes some turns of the event loop until it is handled: it is read, decoded, and put in a queue. */
const turns = 8;

/** Lets messages that wait be read and answered, a cancellation among them. */
export async function turn(): Promise<void> {
  if (typeof setImmediate === "undefined") return pause(0);
  for (let i = 0; i < turns; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Lets messages come in for some milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Repeats a step until it gives something, and lets messages in between after each stretch. */
export async function inPieces<T>(step: () => T | undefined): Promise<T> {
  for (;;) {
    const end = performance.now() + stretch;
    do {
      const result = step();
      if (result !== undefined) return result;
    } while (performance.now() < end);
    await turn();
  }
}

/**
 * Runs to its end what pauses often by itself, and lets messages in between after each stretch.
 * @param check throws where what is run is no longer wanted
 */
export function runInPieces<T>(run: Generator<unknown, T>, check: () => void): Promise<T> {
  return inPieces(() => {
    check();
    const { done, value } = run.next();
    return done ? value : undefined;
  });
}

export function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}

/** What a request that is about one trace says. */
export interface AboutTrace {
  readonly textDocument: { readonly uri: string };
}

/**
 * A handler for requests about an open trace. It is answered once the settings are known. What cannot be answered
 * (no such trace, a trace that is edited or closed meanwhile, parameters that are none) is refused with a reason.
 * @param needed the parameters without which there is no answer
 */
export function about<P extends AboutTrace, R>(
  current: () => Session,
  needed: readonly Needed<P>[],
  answer: (asked: Asked, params: P, token: CancellationToken) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R> {
  return async (params, token) => {
    const session = current();
    const uri = uriIn(params);
    checkParameters<P>(params, needed);
    const trace = session.documents.get(uri);
    if (trace === undefined) throw refusal(`${uri} is not open: open it first (didOpen)`);
    await session.ready;
    const asked = new Asked(session, trace);
    refuseOutdated(asked, token);
    while (!trace.read(stretch)) {
      await turn();
      refuseOutdated(asked, token);
    }
    return answer(asked, params, token);
  };
}

/**
 * A handler for requests that need everything that can be known of a trace. It is found out bit by bit, and requests
 * that need less are answered in between; while an answer waits for `goOn`, too.
 */
export function aboutAll<P extends AboutTrace, R>(
  current: () => Session,
  needed: readonly Needed<P>[],
  answer: (asked: Asked, params: P, goOn: () => Promise<void>) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R> {
  return about<P, R>(current, needed, async (asked, params, token) => {
    const { session, trace } = asked;
    const goOn = async (): Promise<void> => {
      await turn();
      refuseOutdated(asked, token);
    };
    while (session.advance(trace, stretch) === undefined) await goOn();
    return answer(asked, params, goOn);
  });
}

/** A request that waits for something ends when nobody waits for it any more, or the trace is another. */
export function refuseOutdated({ session, trace }: Asked, token: CancellationToken): void {
  if (token.isCancellationRequested) throw cancelled();
  const { uri } = trace;
  if (session.documents.get(uri) !== trace) {
    throw new ResponseError(LSPErrorCodes.ContentModified, `${uri} has changed meanwhile: ask again`);
  }
}
