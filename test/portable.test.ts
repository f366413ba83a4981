/** What cannot be run on Windows says so: each test that needs POSIX has a condition. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "./cli/command.ts";

/** Programs that Windows does not have, and a call that does little there. */
const posix = /^(?:(?:spawn|spawnSync|execFile|execFileSync)\("(?:sh|bash|mkfifo|script|mknod)"|chmodSync\()/;

/** The tests and groups of tests around a node, as their callee is written: `describe.runIf(isPosix)`. */
function testsAround(node: ts.Node, file: ts.SourceFile): string[] {
  const around: string[] = [];
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (ts.isCallExpression(at) && /^(?:test|describe)\b/.test(at.getText(file)))
      around.push(at.expression.getText(file));
  return around;
}

function unguarded(name: string): string[] {
  const text = readFileSync(path.join(root, name), "utf8");
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && posix.test(node.getText(file))) {
      const around = testsAround(node, file);
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      if (
        around.some((callee) => callee.startsWith("test")) &&
        !around.some((callee) => /\.(?:runIf|skipIf)\(/.test(callee))
      )
        found.push(`${name}:${line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test("a test that needs programs or permissions of POSIX is skipped elsewhere", () => {
  const names = readdirSync(path.join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
    .map((name) => path.posix.join("test", name.split(path.sep).join("/")));
  expect(names.length).toBeGreaterThan(100);
  expect(names.flatMap(unguarded)).toEqual([]);
});
