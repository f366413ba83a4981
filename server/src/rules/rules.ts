/** Every rule by its code, and what all of them have to say. */
import { counted } from "../syntax/counted.ts";
import { rule as clearRegisterRestored } from "./clear-register-restored.ts";
import { rule as duplicateDeclaration } from "./duplicate-declaration.ts";
import { rule as eventWithoutCollection } from "./event-without-collection.ts";
import { rule as expectation } from "./expectation.ts";
import type { Code, DetailOf, Finding } from "./finding.ts";
import { rule as groupsBeforeRevision } from "./groups-before-revision.ts";
import { rule as hostFailure } from "./host-failure.ts";
import { rule as ineffectiveAccess } from "./ineffective-access.ts";
import { rule as ineffectiveCommand } from "./ineffective-command.ts";
import { rule as invalidDeclaration } from "./invalid-declaration.ts";
import { rule as invalidValue } from "./invalid-value.ts";
import { rule as kernelDisagrees } from "./kernel-disagrees.ts";
import { rule as latentRevisionDifference } from "./latent-revision-difference.ts";
import { rule as migrationDifference } from "./migration-difference.ts";
import { rule as misplacedDeclaration } from "./misplaced-declaration.ts";
import { rule as missingDeclaration } from "./missing-declaration.ts";
import { rule as priorityMaskFormat } from "./priority-mask-format.ts";
import { rule as redundantDeclaration } from "./redundant-declaration.ts";
import { rule as revisionDifference } from "./revision-difference.ts";
import { rule as revisionNotSelectable } from "./revision-not-selectable.ts";
import { GROUPS, type Rule } from "./rule.ts";
import { rule as staleLpiConfiguration } from "./stale-lpi-configuration.ts";
import { rule as syntax } from "./syntax.ts";
import { rule as tableOutsideMemory } from "./table-outside-memory.ts";
import { rule as unknownField } from "./unknown-field.ts";
import { rule as unknownKernel } from "./unknown-kernel.ts";
import { rule as unknownName } from "./unknown-name.ts";
import { rule as unknownRegister } from "./unknown-register.ts";
import { rule as unusedName } from "./unused-name.ts";
import { rule as unusedSuppression } from "./unused-suppression.ts";
import { rule as writeWithoutEffect } from "./write-without-effect.ts";

/** In the order in which the rules of a group are documented. */
export const RULES: { readonly [C in Code]: Rule<C> } = {
  syntax,
  "unknown-register": unknownRegister,
  "unknown-name": unknownName,
  "unknown-field": unknownField,
  "invalid-declaration": invalidDeclaration,
  "missing-declaration": missingDeclaration,
  "misplaced-declaration": misplacedDeclaration,
  "duplicate-declaration": duplicateDeclaration,
  "invalid-value": invalidValue,
  expectation,
  "host-failure": hostFailure,
  "revision-not-selectable": revisionNotSelectable,
  "revision-difference": revisionDifference,
  "latent-revision-difference": latentRevisionDifference,
  "ineffective-access": ineffectiveAccess,
  "ineffective-command": ineffectiveCommand,
  "stale-lpi-configuration": staleLpiConfiguration,
  "table-outside-memory": tableOutsideMemory,
  "event-without-collection": eventWithoutCollection,
  "kernel-disagrees": kernelDisagrees,
  "migration-difference": migrationDifference,
  "write-without-effect": writeWithoutEffect,
  "groups-before-revision": groupsBeforeRevision,
  "clear-register-restored": clearRegisterRestored,
  "priority-mask-format": priorityMaskFormat,
  "unknown-kernel": unknownKernel,
  "unused-name": unusedName,
  "redundant-declaration": redundantDeclaration,
  "unused-suppression": unusedSuppression,
};

/** All rules as a list for people is divided, with the title of each group. */
export function rulesByGroup(): {
  readonly title: string;
  readonly rules: readonly (typeof RULES)[Code][];
}[] {
  const rules = Object.values(RULES);
  return Object.entries(GROUPS).map(([key, title]) => ({
    title,
    rules: rules.filter(({ group }) => group === key),
  }));
}

export function isCode(text: string): text is Code {
  return Object.hasOwn(RULES, text);
}

export function ruleOf<C extends Code>(code: C): Rule<C> {
  return RULES[code];
}

/** What a finding says to people. */
export function messageOf(finding: Finding): string {
  const { code, others = 0 } = finding;
  const own = message(code, finding);
  return others === 0 ? own : `${own} (${counted(others, "more line has", "more lines have")} this problem)`;
}

/** Ties the detail to the rule of the same code, which the type of a finding alone does not. */
function message<C extends Code>(code: C, detail: DetailOf<C>): string {
  return ruleOf(code).message(detail);
}
