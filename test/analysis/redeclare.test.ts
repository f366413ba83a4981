import { expect, test } from "vitest";
import { redeclare } from "../../server/src/analysis/actions/redeclare.ts";
import { atCursor } from "./cursor.ts";

/** The trace after another revision is declared for the cursor's line. */
function redeclared(marked: string, revision: number): string {
  const { analysis, position } = atCursor(marked);
  return analysis.document.withChanges(redeclare(analysis, position.line, revision)).text;
}

test("the revision in force is declared anew where it stands", () => {
  const trace =
    'gic v3\nrevision 2 # of the file\n\nscenario "a"\nsettle\n\nscenario "b"\nrevision 1\nsettle\n';
  const at = (line: string) => trace.replace(line, `${line}$0`);
  expect(redeclared(at('scenario "a"'), 3)).toBe(trace.replace("revision 2", "revision 3"));
  expect(redeclared(at('scenario "b"'), 3)).toBe(trace.replace("revision 1", "revision 3"));
  expect(redeclared(at("gic v3"), 1)).toBe(trace.replace("revision 2", "revision 1"));
});

test("a missing declaration is written", () => {
  expect(redeclared("gic v3\nsettle$0\n", 3)).toBe("gic v3\nrevision 3\nsettle\n");
});
