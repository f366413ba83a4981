import path from "node:path";
import { expect, test } from "vitest";
import { pathBelow } from "../../server/src/cli/files/ignore-files.ts";
import { pathToShow } from "../../server/src/cli/files/sources.ts";
import { addressKey, isInside } from "../../server/src/config/address.ts";
import { isSameFile } from "../../server/src/dap/breakpoints.ts";

test.each([
  ["file:///c%3A/traces/a%20%281%29.vgic", "file:///C:/traces/a%20(1).vgic"],
  ["file:///traces/a%2Bb.vgic", "file:///traces/a+b.vgic"],
  ["file:///traces/%C3%B6.vgic", "file:///traces/ö.vgic"],
])("%s and %s are one file", (one, other) => {
  expect(addressKey(one)).toBe(addressKey(other));
});

test.each([
  ["file:///traces/a.vgic", "file:///traces/A.vgic"],
  ["untitled:a%2Bb.vgic", "untitled:a+b.vgic"],
  ["file:///traces/%zz.vgic", "file:///traces/%25zz.vgic"],
])("%s and %s are two", (one, other) => {
  // An escape that is none stands for itself, and nothing is thrown.
  if (!one.includes("%zz")) expect(addressKey(one)).not.toBe(addressKey(other));
  expect(() => addressKey(one)).not.toThrow();
});

test("a file is inside a folder on a drive that is written in another way", () => {
  expect(isInside("file:///c%3A/work/a.vgic", "file:///C:/work")).toBe(true);
  expect(isInside("file:///c%3A/worker/a.vgic", "file:///C:/work")).toBe(false);
  expect(isInside("file:///a.vgic", "file:///")).toBe(true);
});

const { sep, join } = path.win32;
/** A folder of Windows. */
const onDrive = (letter: string, ...names: readonly string[]) => join(`${letter}:${sep}`, ...names);

test.each([
  [onDrive("C", "traces", "a.vgic"), "file:///c%3A/traces/a.vgic"],
  [onDrive("c", "traces", "a.vgic"), "C:/traces/a.vgic"],
  ["/traces/a b.vgic", "file:///traces/a%20b.vgic"],
])("a debugger's %s is %s", (one, other) => {
  expect(isSameFile(one, other)).toBe(true);
});

test("paths of Windows are shown, and looked up in ignore files, with `/`", () => {
  expect(pathToShow(join("traces", "a.vgic"), sep)).toBe("traces/a.vgic");
  expect(pathBelow(onDrive("C", "work"), onDrive("C", "work", "traces", "a.vgic"), sep)).toBe(
    "traces/a.vgic",
  );
  expect(pathBelow(onDrive("C"), onDrive("C", "traces", sep), sep)).toBe("traces/");
  expect(pathBelow("/", "/traces/a.vgic", "/")).toBe("traces/a.vgic");
});
