import { expect, test } from "vitest";
import metadata from "../../package.json" with { type: "json" };
import { vgicTrace } from "./command.ts";

test.each([["--help"], ["lint", "--help"], ["run", "--help"], ["explain", "--help"]])(
  "help of %s %s",
  (...args) => {
    const { status, stdout, stderr } = vgicTrace(args);
    expect(stdout).toMatchSnapshot();
    expect(stderr).toBe("");
    expect(status).toBe(0);
  },
);

test("the version is the package's", () => {
  const { status, stdout } = vgicTrace(["--version"]);
  expect(stdout).toBe(`${metadata.version}\n`);
  expect(status).toBe(0);
});

test.each([
  { args: [], said: "Usage: vgic-trace" },
  { args: ["lnt"], said: "Did you mean lint?" },
  { args: ["run"], said: "missing required argument 'path'" },
  { args: ["run", "a", "b"], said: "too many arguments" },
])("$args is refused with a reason", ({ args, said }) => {
  const { status, stdout, stderr } = vgicTrace(args);
  expect(stderr).toContain(said);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});
