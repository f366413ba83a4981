import { expect, test } from "vitest";
import { replaceOnce } from "../../tools/build/replace-once.js";

test("what the build patches must be there, once", () => {
  expect(replaceOnce("a = require('x');", "require('x')", "$&", "lib.js")).toBe("a = $&;");
  expect(() => replaceOnce("a = import('x');", "require('x')", "0", "lib.js")).toThrow(
    `lib.js has "require('x')" 0 times, and the build replaces one`,
  );
  expect(() => replaceOnce("aa", "a", "b", "lib.js")).toThrow(`lib.js has "a" 2 times`);
});
