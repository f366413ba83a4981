/** The settings of the language server (`vgic.*`): their defaults, and reading what an editor gives. */
import type { Severities } from "../analysis/analysis.ts";
import { SEVERITIES } from "../rules/rule.ts";
import { isCode } from "../rules/rules.ts";
import type { Comparison } from "../trace/program.ts";
import { readComparison } from "./comparison.ts";

export interface Settings {
  /** `vgic.compare`: compare every scenario with these, whatever it says. */
  readonly compare?: Comparison;
  /** `vgic.severities`: severities that differ from the rules' own. */
  readonly severities: Severities;
  /** `vgic.inlayHints.*`: the kinds of hints to show. */
  readonly inlayHints: {
    readonly values: boolean;
    readonly registers: boolean;
    readonly interrupts: boolean;
  };
  /** `vgic.format.*`. */
  readonly format: {
    readonly enable: boolean;
    /** Whether a block's columns are aligned. */
    readonly align: boolean;
  };
}

export const DEFAULT_SETTINGS: Settings = {
  severities: {},
  inlayHints: { values: true, registers: true, interrupts: true },
  format: { enable: true, align: true },
};

/** Settings with what is wrong in them, in words; what is wrong keeps its default. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly problems: readonly string[];
}

/** Reads the object that an editor holds under `vgic`. Keys that are not known are left alone: a client has its own. */
export function readSettings(given: unknown): ReadSettings {
  const problems: string[] = [];
  const section = new Section("vgic", given, problems);
  const hints = section.section("inlayHints");
  const format = section.section("format");
  const settings: Settings = {
    compare: comparisonOf(section),
    severities: severitiesOf(section.section("severities")),
    inlayHints: {
      values: hints.flag("values", DEFAULT_SETTINGS.inlayHints.values),
      registers: hints.flag("registers", DEFAULT_SETTINGS.inlayHints.registers),
      interrupts: hints.flag("interrupts", DEFAULT_SETTINGS.inlayHints.interrupts),
    },
    format: {
      enable: format.flag("enable", DEFAULT_SETTINGS.format.enable),
      align: format.flag("align", DEFAULT_SETTINGS.format.align),
    },
  };
  return { settings, problems };
}

/** A part of the settings, by its path. */
class Section {
  readonly #path: string;
  readonly #entries: ReadonlyMap<string, unknown>;
  readonly #problems: string[];

  constructor(path: string, given: unknown, problems: string[]) {
    this.#path = path;
    this.#problems = problems;
    const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
    this.#entries = new Map(isObject ? Object.entries(given) : []);
    if (given !== undefined && given !== null && !isObject) this.#report("", "an object", given);
  }

  section(key: string): Section {
    return new Section(`${this.#path}.${key}`, this.#entries.get(key), this.#problems);
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.#entries.get(key) ?? otherwise;
    if (typeof value === "boolean") return value;
    this.#report(`.${key}`, "true or false", value);
    return otherwise;
  }

  /** A text; absent when it is empty, as editors leave what is not set. */
  text(key: string): string | undefined {
    const value = this.#entries.get(key) ?? "";
    if (typeof value !== "string") this.#report(`.${key}`, "a text", value);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  }

  entries(): Iterable<[string, unknown]> {
    return this.#entries;
  }

  problem(key: string, what: string): void {
    this.#problems.push(`${this.#path}.${key}: ${what}`);
  }

  #report(key: string, expected: string, value: unknown): void {
    this.#problems.push(`${this.#path}${key}: expected ${expected}, not ${JSON.stringify(value)}`);
  }
}

function comparisonOf(section: Section): Comparison | undefined {
  const text = section.text("compare");
  if (text === undefined) return undefined;
  const comparison = readComparison(text);
  if (typeof comparison !== "string") return comparison;
  section.problem("compare", comparison);
  return undefined;
}

const choices = [...SEVERITIES, "off"] as const;

function severitiesOf(section: Section): Severities {
  const severities: { -readonly [Code in keyof Severities]: Severities[Code] } = {};
  for (const [code, value] of section.entries()) {
    const severity = choices.find((choice) => choice === value);
    if (!isCode(code)) section.problem(code, "there is no such diagnostic");
    else if (severity === undefined)
      section.problem(code, `expected one of ${choices.join(", ")}, not ${JSON.stringify(value)}`);
    else severities[code] = severity;
  }
  return severities;
}
