/** What to compare with, as it is given outside a trace. */

import { TraceDocument } from "../document/document.ts";
import { resolve } from "../program/resolve.ts";
import type { Comparison } from "../program/setup.ts";
import { messageOf } from "../rules/rules.ts";
import { itemAt } from "../syntax/item-at.ts";

/** What may stand after `compare`, with the kernels in the places of the names that a configuration gives them. */
export function withKernels(text: string, hosts: Readonly<Record<string, string>>): string {
  return text.replace(/\bhost\s+([A-Za-z_]\w*)(?![\w-])/g, (whole, name: string) =>
    Object.hasOwn(hosts, name) ? `host ${hosts[name]}` : whole,
  );
}

/** Reads what may stand after `compare` in a trace; what is wrong with it comes in words. */
export function readComparison(text: string): Comparison | string {
  if (/[\r\n]/.test(text)) return "it must stand on one line";
  const { scenarios } = resolve(TraceDocument.of(`gic v3\nrevision 3\ncompare ${text}`));
  const { problems, setup } = itemAt(scenarios, 0).scenario;
  const [problem] = problems.filter(({ line }) => line === 2);
  if (problem === undefined && setup.compare !== undefined) return setup.compare;
  return problem === undefined ? "expected none, or revisions and hosts" : messageOf(problem);
}
