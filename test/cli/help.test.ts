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
  { args: ["lnt"], said: "vgic-trace: there is no command lnt: did you mean lint?" },
  { args: ["help", "lnt"], said: "vgic-trace: there is no command lnt: did you mean lint?" },
  { args: ["run"], said: "the argument <path> is missing" },
  { args: ["run", "a", "b"], said: "run takes 1 argument, not 2" },
])("$args is refused with a reason", ({ args, said }) => {
  const { status, stdout, stderr } = vgicTrace(args);
  expect(stderr).toContain(said);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});
