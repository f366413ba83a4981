/** Where a client wants a scenario to stop. Lines count from 0. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { addressKey } from "../config/address.ts";
import type { DebuggedScenario } from "./debugged-scenario.ts";
import type { Waiting } from "./travel.ts";
import { type Watch, watchFor } from "./watch.ts";

export const FILTERS = [
  {
    filter: "failures",
    label: "Answers that are not as expected",
    description: "Stops at an operation whose answer is not the expected one, or in which the host fails.",
    default: true,
  },
  {
    filter: "differences",
    label: "Where revisions diverge",
    description: "Stops where another revision or host answers differently, or its state diverges.",
    default: false,
  },
] as const satisfies readonly DebugProtocol.ExceptionBreakpointsFilter[];

type Breakpoint = DebugProtocol.Breakpoint;

export class Breakpoints {
  /** Lines as the client gave them. */
  #asked: readonly number[] = [];
  /** Those of them, or the next below, that have an operation. */
  #lines: ReadonlySet<number> = new Set();
  #functions: readonly string[] = [];
  #data: readonly string[] = [];
  #filters: readonly string[] = FILTERS.flatMap((filter) => (filter.default ? [filter.filter] : []));

  /** @param scenario undefined: none is read yet, and `place` comes later */
  setLines(lines: readonly number[], scenario: DebuggedScenario | undefined): Breakpoint[] {
    this.#asked = lines;
    return this.place(scenario);
  }

  setFunctions(names: readonly string[], scenario: DebuggedScenario | undefined): Breakpoint[] {
    this.#functions = names;
    return names.map((name) => watchState(name, scenario));
  }

  setData(names: readonly string[], scenario: DebuggedScenario | undefined): Breakpoint[] {
    this.#data = names;
    return names.map((name) => watchState(name, scenario));
  }

  setFilters(filters: readonly string[]): Breakpoint[] {
    this.#filters = filters;
    return filters.map((filter) => ({ verified: FILTERS.some((one) => one.filter === filter) }));
  }

  /** Finds the operations that the lines stand for. */
  place(scenario: DebuggedScenario | undefined): Breakpoint[] {
    const placed = this.#asked.map((asked) => {
      const operation = scenario?.operationFrom(asked);
      return { asked, line: operation === undefined ? undefined : scenario?.lineInFile(operation) };
    });
    this.#lines = new Set(placed.flatMap(({ line }) => line ?? []));
    return placed.map(({ asked, line }, index): Breakpoint => {
      const id = index + 1;
      if (line !== undefined) return { id, verified: true, line };
      const message =
        scenario === undefined
          ? "the trace is not read yet"
          : "this line is outside of the scenario that runs";
      return { id, verified: false, line: asked, message };
    });
  }

  waiting(scenario: DebuggedScenario): Waiting {
    return {
      lines: this.#lines,
      watches: [...this.#functions, ...this.#data]
        .map((name) => watchFor(scenario, name))
        .filter((watch): watch is Watch => typeof watch !== "string"),
      differences: this.#filters.includes("differences"),
      failures: this.#filters.includes("failures"),
    };
  }
}

function watchState(name: string, scenario: DebuggedScenario | undefined): Breakpoint {
  const watch = scenario && watchFor(scenario, name);
  return typeof watch === "string" ? { verified: false, message: watch } : { verified: true };
}

/** Whether a path or address is that of the program, which may be given in the other form. */
export function isSameFile(path: string, program: string): boolean {
  return plainPath(path) === plainPath(program);
}

/** With `/`, and the letter of a drive, which either may be, in front. */
function plainPath(path: string): string {
  const plain = path.startsWith("file:")
    ? addressKey(path).replace(/^file:\/\//, "")
    : path.replaceAll("\\", "/");
  return plain.replace(/^\/?([a-z]):/i, (_, drive: string) => `${drive.toLowerCase()}:`);
}
