/** Expectations by kernel: which case is asked of which variant, and how they are mended. */
import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { edited, fixesOf } from "../../server/src/rules/fixes.ts";

/** GICD_TYPER2's errno changed in 6.17, and nothing else does here. */
function errorsOf(declarations: string, cases: string): string[] {
  const text = `gic v3\n${declarations}\nuser set GICD_TYPER2 1 == ${cases}\n`;
  return analyse(TraceDocument.of(text)).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

const RIGHT = "before linux-6.17: fails EINVAL, from linux-6.17: fails EBUSY";
const WRONG = "before linux-6.17: fails EBUSY, from linux-6.17: fails EBUSY";

test.each([
  ["host linux-6.12", RIGHT],
  ["host linux-6.17", RIGHT],
  ["host linux-6.12.117", RIGHT],
  ["host linux-7.1+revision-1\nrevision 1", RIGHT],
  ["host linux-6.16\ncompare host linux-6.17", RIGHT],
  // The first case that covers a host counts.
  ["host linux-6.12", "before linux-6.13: fails EINVAL, before linux-6.17: ok"],
  // M.N is M.N.0, and numbers are no text.
  ["host linux-6.12.60", "from linux-6.12.117: ok, from linux-6.12: fails EINVAL"],
  ["host linux-6.9", "from linux-6.12: ok, before linux-6.12: fails EINVAL"],
  ["host linux-6.12+iidr-fix", "host linux-6.12: ok, host linux-6.12+iidr-fix: fails EINVAL"],
  ["host linux-6.12+revision-1+timer-pending", "host linux-6.12+timer-pending+revision-1: fails EINVAL"],
  // With a revision, both have to fit.
  ["host linux-6.12\nrevision 3", "rev1-2 before linux-6.17: ok, rev3 before linux-6.17: fails EINVAL"],
  // A host that no case covers is not asked.
  ["host linux-6.17\ncompare none", "before linux-6.17: ok"],
])("%j holds for %s", (declarations, cases) => {
  expect(errorsOf(declarations, cases).filter((one) => one.startsWith("expectation"))).toEqual([]);
});

test("a case is asked of compared hosts, too", () => {
  const errors = errorsOf("host linux-6.17\ncompare host linux-6.12", WRONG);
  expect(errors).toEqual(["expectation: GICD_TYPER2 fails with EINVAL under linux-6.12, expected EBUSY"]);
});

test("a difference that cases account for is not reported, one that they do not is", () => {
  expect(errorsOf("host linux-6.17\ncompare host linux-6.12", RIGHT)).toEqual([]);
  const left = errorsOf("host linux-6.17\ncompare host linux-6.12", "from linux-6.17: fails EBUSY");
  expect(left).toHaveLength(1);
  expect(left[0]).toContain("revision-difference");
});

test("a compared host runs at the declared revision where it can show it, else at its default", () => {
  const text = `gic v3
revision 2
compare host linux-5.10, host linux-6.12, host linux-7.1
user get GICD_IIDR == host linux-5.10: 0x4b00243b, host linux-6.12: 0x4b00343b, host linux-7.1: 0x4b00243b, rev2: 0x4b00243b
`;
  expect(analyse(TraceDocument.of(text)).diagnostics).toEqual([]);
});

test("versions alone are compared: flags of a bound say nothing, and a kernel to come may be one", () => {
  expect(errorsOf("host linux-6.12", "before linux-6.17+iidr-fix: fails EINVAL, from linux-9.9: ok")).toEqual(
    ["redundant-declaration: `+iidr-fix` says nothing here: versions alone are compared; remove it"],
  );
});

/** A line's cases after the likeliest fix of what is found first. */
function mended(declarations: string, cases: string): string {
  const document = TraceDocument.of(`gic v3\n${declarations}\nuser set GICD_TYPER2 1 == ${cases}\n`);
  const [{ finding }] = analyse(document).diagnostics;
  const after = edited(document, fixesOf(finding, document.lines)[0].edits).text;
  const errors = analyse(TraceDocument.of(after)).diagnostics.map(({ message }) => message);
  expect(errors).toEqual([]);
  return / == (.*)/.exec(after)?.[1] ?? "";
}

const THREE = "host linux-6.17\nrevision 3\ncompare host linux-6.12, host linux-5.10";

test.each([
  // Nobody answers so: the case is wrong.
  [
    THREE,
    "from linux-5.6: ok",
    "host linux-6.12: fails EINVAL, host linux-5.10: fails EINVAL, from linux-5.6: fails EBUSY",
  ],
  ["host linux-6.17\ncompare host linux-6.18", "from linux-5.7: ok", "from linux-5.7: fails EBUSY"],
  // It holds for some: the others get a case of their own, and it stays.
  [THREE, "from linux-5.7: fails EINVAL", "rev3 host linux-6.17: fails EBUSY, from linux-5.7: fails EINVAL"],
  [
    "host linux-7.1\ncompare rev2-3, host linux-6.12",
    "before linux-5.7: ok, rev3: fails EBUSY, from linux-6.13: fails EINVAL, from linux-5.7: fails EINVAL",
    "before linux-5.7: ok, host linux-6.12: fails EINVAL, rev3: fails EBUSY, from linux-6.13: fails EBUSY, from linux-5.7: fails EINVAL",
  ],
  // It says nothing of some: cases are added, and what it says of other kernels stays.
  [
    THREE,
    "before linux-5.7: ok, from linux-6.17: fails EBUSY",
    "before linux-5.7: ok, from linux-6.17: fails EBUSY, host linux-6.12: fails EINVAL, host linux-5.10: fails EINVAL",
  ],
])("%j: %s becomes %s", (declarations, before, after) => {
  expect(mended(declarations, before)).toBe(after);
});

test("cases that do not hold are mended together, and the others stay", () => {
  const text = `gic v3\nhost linux-6.17\ncompare host linux-6.12\nuser set GICD_TYPER2 1 == ${WRONG}\n`;
  const document = TraceDocument.of(text);
  const [{ finding }] = analyse(document).diagnostics;
  const [fix] = fixesOf(finding, document.lines);
  expect(edited(document, fix.edits).text).toContain(`== ${RIGHT}`);
});
