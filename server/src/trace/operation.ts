/** One operation of a trace to one for the emulator. */
import { type Host, parseHost } from "../vgic/revisions.ts";
import type { Environment } from "./environment.ts";
import { expectsFailure, fit, resolveExpectation } from "./expectation.ts";
import type { TraceLine } from "./line.ts";
import type { LineProblem, Report } from "./problem.ts";
import { type Expectation, MANAGERS, type Operation } from "./program.ts";
import { isOfOlderHost, knownRevision } from "./revision-set.ts";
import type { Scope } from "./scope.ts";
import { isOperation } from "./shape.ts";
import type { Expression, HostRef, IntegerLiteral, OperationStatement, Outcome } from "./statement.ts";
import {
  findRegister,
  resolveAttribute,
  resolveCpu,
  resolveMemoryTarget,
  type TargetContext,
} from "./target.ts";

/** What a line came to: an operation, unless the line makes no sense, and problems. */
export interface CompiledLine {
  readonly operation?: Operation;
  readonly problems: readonly LineProblem[];
}

const noProblems: readonly LineProblem[] = [];
const nothing: CompiledLine = { problems: noProblems };

/** Compiles the operation of a line. What does not depend on names is kept with the line for the next time. */
export function compileOperation(line: TraceLine, environment: Environment, scope: Scope): CompiledLine {
  const known = line.operationIn(environment);
  if (known !== undefined) return { operation: known, problems: noProblems };
  const { statement } = line.parsed;
  if (!isOperation(statement)) return nothing;
  const before = scope.consultations;
  const compiled = compileStatement(statement, environment, scope);
  const { operation, problems } = compiled;
  if (scope.consultations === before && operation !== undefined && problems.length === 0) {
    line.keep(environment, operation);
  }
  return compiled;
}

/** Compiles a statement. */
export function compileStatement(
  statement: OperationStatement,
  environment: Environment,
  scope: Scope,
): CompiledLine {
  let problems = noProblems;
  const report: Report = (span, detail) => {
    problems = problems.concat({ ...detail, start: span.start, end: span.end });
  };
  const otherModelToo = "outcome" in statement && expectsFailure(statement.outcome);
  const operation = resolveOperation(statement, { environment, scope, report, otherModelToo });
  return { operation, problems };
}

function resolveOperation(statement: OperationStatement, context: TargetContext): Operation | undefined {
  switch (statement.kind) {
    case "mmio":
      return resolveMemoryAccess(statement, context);
    case "sysreg":
      return resolveSystemAccess(statement, context);
    case "user":
      return resolveUserAccess(statement, context);
    case "line":
      return resolveLine(statement, context);
    case "run": {
      const cpu = resolveCpu(statement.cpu, context);
      return cpu === undefined ? undefined : { kind: "run", cpu };
    }
    case "settle":
      return { kind: "settle" };
    case "new-vm": {
      const { host } = context.environment.setup;
      return { kind: "new-vm", revision: resolveRevision(statement.revision, host, context.report) };
    }
    case "migrate":
      return resolveMigration(statement, context);
  }
}

type Of<Kind> = Extract<OperationStatement, { kind: Kind }>;

/** What is written, in halves; both 0 when nothing is. */
interface Halves {
  readonly low: number;
  readonly high: number;
}

const nothingWritten: Halves = { low: 0, high: 0 };

function resolveWritten(
  value: Expression | undefined,
  bits: number,
  { scope, report }: TargetContext,
): Halves | undefined {
  if (value === undefined) return nothingWritten;
  const written = scope.evaluate(value, report);
  if (written === undefined) return undefined;
  const fitted = fit(value, written, bits, report);
  return { low: Number(fitted & 0xffff_ffffn), high: Number(fitted >> 32n) };
}

/** An outcome that cannot be resolved leaves the operation without one: it still changes the state. */
function resolveOutcome(
  outcome: Outcome | undefined,
  bits: number,
  { scope, report }: TargetContext,
): Expectation | undefined {
  return outcome === undefined ? undefined : resolveExpectation(outcome, bits, scope, report);
}

function resolveMemoryAccess(statement: Of<"mmio">, context: TargetContext): Operation | undefined {
  const { width, write } = statement;
  const cpu = resolveCpu(statement.cpu, context);
  const target = resolveMemoryTarget(statement.target, cpu ?? 0, context);
  const written = resolveWritten(statement.value, width * 8, context);
  const expectation = resolveOutcome(statement.outcome, width * 8, context);
  if (cpu === undefined || target === undefined || written === undefined) return undefined;
  const { address, register } = target;
  const { low, high } = written;
  return { kind: "mmio", cpu, write, width, address, low, high, register, expectation };
}

function resolveSystemAccess(statement: Of<"sysreg">, context: TargetContext): Operation | undefined {
  const { register: word, write } = statement;
  const { environment, report } = context;
  const cpu = resolveCpu(statement.cpu, context);
  const register = findRegister(word.text, context);
  if (register === undefined) {
    report(word, environment.unknownRegister(word.text));
  } else if (register.row.frame !== "ICC") {
    report(word, { code: "invalid-value", reason: "not-a-system-register", register: word.text });
  }
  const written = resolveWritten(statement.value, 64, context);
  const expectation = resolveOutcome(statement.outcome, 64, context);
  if (cpu === undefined || register?.row.frame !== "ICC" || written === undefined) return undefined;
  const { low, high } = written;
  return { kind: "sysreg", cpu, write, register, low, high, expectation };
}

function resolveUserAccess(statement: Of<"user">, context: TargetContext): Operation | undefined {
  const target = resolveAttribute(statement.target, context);
  const bits = target?.frame === "ICC" ? 64 : 32;
  const written = resolveWritten(statement.value, target === undefined ? 64 : bits, context);
  const expectation = resolveOutcome(statement.outcome, target === undefined ? 64 : bits, context);
  if (target === undefined || written === undefined) return undefined;
  const { frame, cpu, offset, register } = target;
  const { low, high } = written;
  return { kind: "user", verb: statement.verb, frame, cpu, offset, low, high, register, expectation };
}

/** SGIs have no line, a PPI has one for each vCPU, an SPI one for the VM. */
function resolveLine(statement: Of<"line">, context: TargetContext): Operation | undefined {
  const { environment, scope, report } = context;
  const { irqs } = environment.setup;
  const cpu = statement.cpu === undefined ? undefined : resolveCpu(statement.cpu, context);
  const value = scope.evaluate(statement.intid, report);
  if (value === undefined) return undefined;
  if (value < 16n || value >= BigInt(irqs)) {
    report(statement.intid, { code: "invalid-value", reason: "intid", intid: value, irqs });
    return undefined;
  }
  const intid = Number(value);
  if (intid < 32 && statement.cpu === undefined) {
    report(statement.intid, { code: "invalid-value", reason: "ppi-without-cpu", intid });
    return undefined;
  }
  if (intid >= 32 && statement.cpu !== undefined) {
    report(statement.cpu, { code: "invalid-value", reason: "spi-with-cpu", intid });
    return undefined;
  }
  if (statement.cpu !== undefined && cpu === undefined) return undefined;
  return { kind: "line", intid, cpu, level: statement.level, byKernel: statement.byKernel };
}

/** A revision that an operation selects; undefined, and reported, when no kernel has it. */
function resolveRevision(
  revision: IntegerLiteral | undefined,
  host: Host,
  report: Report,
): number | undefined {
  if (revision === undefined) return undefined;
  const { value } = revision;
  const known = knownRevision(value);
  if (known === undefined) {
    report(revision, { code: "invalid-value", reason: "revision", value });
    return undefined;
  }
  if (!isOfOlderHost(known, host)) return known;
  report(revision, { code: "invalid-value", reason: "revision-of-older-host", value, host: host.name });
  return undefined;
}

function resolveMigration(statement: Of<"migrate">, context: TargetContext): Operation {
  const { environment, report } = context;
  const to = statement.to === undefined ? undefined : resolveHost(statement.to, report);
  const revision = resolveRevision(statement.revision, to ?? environment.setup.host, report);
  const by = MANAGERS.find((manager) => manager === statement.by?.text);
  return { kind: "migrate", to, revision, by, expectation: resolveOutcome(statement.outcome, 64, context) };
}

function resolveHost(host: HostRef, report: Report): Host | undefined {
  const parsed = parseHost(host.text);
  if (typeof parsed !== "string") return parsed;
  report(host, { code: "invalid-value", reason: "host", host: host.text, why: parsed });
  return undefined;
}
