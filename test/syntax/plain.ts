/** What a program says, as plain values that can be compared. */

import type { Expectation, Operation } from "../../server/src/program/operation.ts";
import type { Program, Scenario } from "../../server/src/program/program.ts";

/** The operations of a scenario with what they must answer, and where they stand. */
export function requestsOf({
  operations,
}: Scenario): (Operation & { expectation?: Expectation; line: number })[] {
  return Array.from(operations, (operation, index) => ({
    ...operation,
    expectation: operations.expectation(index),
    line: operations.lineNumber(index),
  }));
}

/** A program with all lines and operations spelled out; how it came about is left out. */
export function plain({ document, header, scenarios }: Program): object {
  return {
    text: document.text,
    header: { ...header, lines: header.lines.all.map(({ text }) => text) },
    scenarios: scenarios.map(({ firstLine, scenario }) => ({
      ...scenario,
      firstLine,
      lines: scenario.lines.all.map(({ text }) => text),
      operations: requestsOf(scenario),
    })),
  };
}
