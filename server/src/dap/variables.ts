/** What a debugger shows: scopes and variables, read where the scenario is. */

import { namesAt } from "../analysis/place.ts";
import { type StateSection, stateSections } from "../analysis/state/state-view.ts";
import type { VariantId } from "../evaluate/variant.ts";
import { variantWords } from "../rules/words.ts";
import { itemAt } from "../syntax/item-at.ts";
import type { DebuggedScenario } from "./debugged-scenario.ts";
import { isSettable } from "./what-if.ts";

/** Something with a value, or with parts. */
export interface Shown {
  readonly name: string;
  readonly value: string;
  readonly parts?: readonly Shown[];
  /** What setting it means; absent: it cannot be set. */
  readonly sets?:
    | { readonly what: "operation" }
    | { readonly what: "row"; readonly section: string; readonly row: string };
  /** What a breakpoint on it watches. */
  readonly watch?: string;
}

/** The scopes: the line, what differs, then each variant, and the names. */
export function scopesOf(scenario: DebuggedScenario): Shown[] {
  const sections = stateSections(scenario.vgics);
  const { ids } = scenario;
  const differing = sections.flatMap((section) => differencesIn(section, ids));
  const variants = ids.map((id, variant): Shown => {
    const differs = variant > 0 && sections.some((section) => isOther(section, variant));
    const note = variant === 0 ? " (declared)" : differs ? " ≠" : "";
    const end = scenario.hasEnded(variant) ? " ✕ its host has failed" : "";
    return {
      name: `${variantWords([id])}${note}${end}`,
      value: "",
      parts: sections.map((section) => shownSection(section, variant, ids)),
    };
  });
  const names = namesOf(scenario);
  return [
    { name: "Line", value: "", parts: lineOf(scenario) },
    ...(differing.length === 0 ? [] : [{ name: "What differs", value: "", parts: differing }]),
    ...variants,
    ...(names.length === 0 ? [] : [{ name: "Names", value: "", parts: names }]),
  ];
}

/** What an operation answers; of variants other than the declared one only where they differ. */
export function answerWords(scenario: DebuggedScenario, operation: number): string {
  const answers = scenario.answers(operation);
  const [declared] = answers;
  const differing = answers.flatMap((answer, variant) =>
    answer === declared ? [] : [`${variantWords([itemAt(scenario.ids, variant)])}: ${answer}`],
  );
  return [declared, ...differing].join(" ≠ ");
}

function lineOf(scenario: DebuggedScenario): Shown[] {
  const { position, length } = scenario;
  const before: Shown[] =
    position === 0
      ? []
      : [
          {
            name: "done",
            value: `${scenario.textOf(position - 1)} → ${answerWords(scenario, position - 1)}`,
          },
        ];
  if (position === length) return [...before, { name: "next", value: "nothing: the scenario ends here" }];
  return [
    { name: "next", value: scenario.textOf(position), sets: { what: "operation" } },
    { name: "will answer", value: answerWords(scenario, position) },
    ...before,
  ];
}

function namesOf(scenario: DebuggedScenario): Shown[] {
  const known = namesAt(scenario.analysis, scenario.lineInCopy(scenario.position));
  return known.flatMap(({ name, declaration: { value } }) =>
    value === undefined ? [] : [{ name, value: `${value} (0x${value.toString(16)})` }],
  );
}

function isOther({ rows }: StateSection, variant: number): boolean {
  return rows.some(({ values }) => values[variant] !== values[0]);
}

function differencesIn({ title, rows }: StateSection, ids: readonly VariantId[]): Shown[] {
  return rows
    .filter(({ differs }) => differs)
    .map(({ name, values }) => ({
      name: `${title} ${name}`,
      value: values
        .map((value, variant) => ({ value, variant }))
        .filter(({ value, variant }) => variant === 0 || value !== values[0])
        .map(({ value, variant }) => `${variantWords([itemAt(ids, variant)])}: ${value}`)
        .join(" ≠ "),
    }));
}

function shownSection(section: StateSection, variant: number, ids: readonly VariantId[]): Shown {
  const { title, rows, kind, summaries } = section;
  const mark = variant > 0 && isOther(section, variant) ? "≠ " : "";
  const watch = kind === "interrupt" ? title : undefined;
  return {
    name: title,
    value: `${mark}${summaries?.[variant] ?? ""}`,
    watch,
    parts: rows.map(({ name, values }): Shown => {
      const own = values[variant];
      const other = own === values[0] ? "" : ` ≠ ${variantWords([itemAt(ids, 0)])}: ${values[0]}`;
      return {
        name,
        value: `${own}${other}`,
        sets: isSettable(title, name) ? { what: "row", section: title, row: name } : undefined,
        watch:
          watch !== undefined && ["pending", "active", "enabled"].includes(name) ? `${watch} ${name}` : watch,
      };
    }),
  };
}
