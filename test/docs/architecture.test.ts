import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const page = readFileSync(path.join(root, "docs/architecture.md"), "utf8");
const source = readdirSync(path.join(root, "server/src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(path.join(root, "server/src", name), "utf8"))
  .join("\n");
const words = new Set(source.match(/\w+/g));

/** What stands in backticks, other than traces. */
const names = [...page.matchAll(/`([^`\n]+)`/g)]
  .map(([, name]) => name)
  .filter((name) => !name.includes(" "));

function exists(name: string): boolean {
  if (/[/.]/.test(name))
    return existsSync(path.join(root, name)) || existsSync(path.join(root, "server/src", name));
  return words.has(name) || existsSync(path.join(root, "server/src", name));
}

test("the page on the architecture names only what exists", () => {
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => !exists(name))).toEqual([]);
});

test("every room of the server stands on the page", () => {
  const rooms = readdirSync(path.join(root, "server/src"));
  expect(rooms.filter((room) => !names.includes(room))).toEqual([]);
});
