/** The settings of the language server (`vgic.*`): their defaults, and reading what an editor gives. */
import type { Severities } from "../analysis/analysis.ts";
import type { Comparison } from "../program/setup.ts";
import { readComparison } from "./comparison.ts";
import { Section } from "./section.ts";
import { severitiesOf } from "./severities.ts";

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

function comparisonOf(section: Section): Comparison | undefined {
  const text = section.text("compare");
  if (text === undefined) return undefined;
  const comparison = readComparison(text);
  if (typeof comparison !== "string") return comparison;
  section.problem("compare", comparison);
  return undefined;
}
