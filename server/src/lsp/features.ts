/** Every request about an open trace: one line a method, each an answer of the analysis in the protocol's words. */
import type { Connection } from "vscode-languageserver";
import type { Session } from "./session.ts";

export function registerFeatures(_connection: Connection, _current: () => Session): void {}
