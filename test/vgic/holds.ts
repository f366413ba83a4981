/** Traces as specifications of the emulator: all that a trace expects must hold. */
import { expect } from "vitest";
import { diagnose } from "../rules/check.ts";

const GIC_V3 = "gic v3\nrevision 3\ncpus 2\nirqs 96\ncompare none\n";
const GIC_V2 = "gic v2\nrevision 3\ncpus 2\nirqs 96\ncompare none\n";

/** SPIs and Group 1 are enabled, and nothing is masked on cpu0. */
const OPEN_V3 = `cpu0 writel GICD_CTLR GICD_CTLR.EnableGrp1
cpu0 msr ICC_PMR_EL1 0xf8
cpu0 msr ICC_IGRPEN1_EL1 1
`;
const OPEN_V2 = `cpu0 writel GICD_CTLR 1
cpu0 writel GICC_PMR 0xf8
cpu0 writel GICC_CTLR 1
`;

/** Expects that no operation of a GICv3 guest whose cpu0 takes Group 1 interrupts answers differently from its line. */
export function holdsOnV3(operations: string): void {
  holds(GIC_V3 + OPEN_V3 + operations);
}

/** Expects the same of a GICv2 guest whose cpu0 takes Group 0 interrupts. */
export function holdsOnV2(operations: string): void {
  holds(GIC_V2 + OPEN_V2 + operations);
}

function holds(trace: string): void {
  const wrong = diagnose(trace).filter(({ code }) => WRONG.has(code));
  const lines = trace.split("\n");
  expect(wrong.map(({ line, code, text }) => `${lines[line]}: ${code}: ${text}`)).toEqual([]);
}

/** What makes a specification wrong; others are remarks about how it is written. */
const WRONG: ReadonlySet<string> = new Set([
  "expectation",
  "syntax",
  "unknown-name",
  "unknown-register",
  "unknown-field",
  "invalid-value",
  "invalid-declaration",
  "misplaced-declaration",
]);
