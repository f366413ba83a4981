/** What a client looks at where a scenario has stopped. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { DebuggedScenario } from "./debugged-scenario.ts";
import { type Shown, scopesOf } from "./variables.ts";
import { watchFor } from "./watch.ts";

/** Holds for one stop: what references stand for is over when the scenario goes on. */
export class Inspection {
  /** What variable references stand for, from 1 on. */
  readonly #references: (readonly Shown[])[] = [];

  scopes(scenario: DebuggedScenario): DebugProtocol.Scope[] {
    return scopesOf(scenario).map(({ name, parts = [] }) => ({
      name,
      variablesReference: this.#referenceTo(parts),
      expensive: false,
      namedVariables: parts.length,
    }));
  }

  /** What a reference stands for. */
  shown(reference: number | undefined): readonly Shown[] {
    return this.#references[(reference ?? 0) - 1] ?? [];
  }

  variables(reference: number | undefined): DebugProtocol.Variable[] {
    return this.shown(reference).map(({ name, value, parts = [], sets, watch }) => ({
      name,
      value,
      variablesReference: this.#referenceTo(parts),
      ...(watch === undefined ? {} : { evaluateName: watch }),
      ...(sets === undefined ? { presentationHint: { attributes: ["readOnly"] } } : {}),
    }));
  }

  /** Whether the scenario can stop when something changes: a variable, or what a person names. */
  dataBreakpoint(
    scenario: DebuggedScenario,
    reference: number | undefined,
    name: string,
  ): DebugProtocol.DataBreakpointInfoResponse["body"] {
    const shown = this.shown(reference).find((one) => one.name === name);
    const watched = shown?.watch ?? (shown === undefined ? name : "");
    const watch = watchFor(scenario, watched);
    if (typeof watch === "string") return { dataId: null, description: watch };
    return { dataId: watched, description: watched, accessTypes: ["write"], canPersist: true };
  }

  #referenceTo(parts: readonly Shown[]): number {
    return parts.length === 0 ? 0 : this.#references.push(parts);
  }
}
