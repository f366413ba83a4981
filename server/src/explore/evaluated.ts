/** Operations of a search as a trace, and how it goes on both sides. */
import { analyse } from "../analysis/analysis.ts";
import { TraceDocument } from "../document/document.ts";
import type { Evaluation } from "../evaluate/lockstep.ts";
import { itemAt } from "../syntax/item-at.ts";
import { SEARCHED_VM } from "./catalogue.ts";
import type { SearchRequest } from "./request.ts";
import { shownRevision } from "./side.ts";

/** The declarations that all scenarios of a search share. */
export function declarations({ model, its, sides }: SearchRequest, withModel: boolean): string[] {
  const [one, other] = sides;
  const compared =
    one.host.name === other.host.name ? `rev${shownRevision(other)}` : `host ${other.host.name}`;
  return [
    ...(withModel ? [`gic ${model}`] : []),
    ...(its ? ["its"] : []),
    `host ${one.host.name}`,
    ...(one.revision === undefined ? [] : [`revision ${one.revision}`]),
    `cpus ${SEARCHED_VM.cpus}`,
    `irqs ${SEARCHED_VM.irqs}`,
    `compare ${compared}`,
  ];
}

/** Operations as a trace of its own, evaluated on both sides. */
export function evaluated(request: SearchRequest, lines: readonly string[]): Evaluation {
  const text = [...declarations(request, true), 'scenario "searched"', ...lines, ""].join("\n");
  return itemAt(analyse(TraceDocument.of(text)).scenarios, 0).evaluation;
}
