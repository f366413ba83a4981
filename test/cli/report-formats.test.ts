import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import draft04 from "ajv-draft-04";
import formats from "ajv-formats";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { ruleAddress } from "../../server/src/cli/reporters/rule-address.ts";
import { differingTrace, folderWith, goodTrace, root, vgicTrace, wrongTrace } from "./command.ts";

const mistakes = path.join(root, "examples/wrong/mistakes.vgic");
const folder = folderWith({
  "wrong/mistakes.vgic": readFileSync(mistakes),
  "good.vgic": goodTrace,
  "odd, name: 100%/différent #1.vgic": differingTrace,
});

function lint(format: string, ...args: string[]): string {
  return vgicTrace(["lint", "--format", format, ...args], { folder }).stdout;
}

describe("sarif", () => {
  const require = createRequire(import.meta.url);
  const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const ajv = new draft04.default({ strict: false, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);

  test.each([[["."]], [["good.vgic"]], [["nowhere"]]])(
    "of %s is valid against the schema of SARIF 2.1.0",
    (paths) => {
      validate(JSON.parse(lint("sarif", ...paths)));
      expect(validate.errors).toBeNull();
    },
  );

  const [run] = JSON.parse(lint("sarif")).runs;

  test("every rule has help and a severity, every result names its rule", () => {
    for (const rule of run.tool.driver.rules) {
      expect(rule.help.markdown).not.toBe("");
      expect(rule.defaultConfiguration.level).toMatch(/^(error|warning|note)$/);
    }
    for (const { ruleId, ruleIndex } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    }
  });

  test("results have places, related places and fixes, counted from 1", () => {
    const difference = run.results.find(
      ({ ruleId, relatedLocations }: { ruleId: string; relatedLocations: unknown[] }) =>
        ruleId === "revision-difference" && relatedLocations.length > 0,
    );
    expect(difference.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "wrong/mistakes.vgic", uriBaseId: "%SRCROOT%" },
      region: { startLine: 11, startColumn: 29, endLine: 11, endColumn: 42 },
    });
    expect(difference.relatedLocations[0].physicalLocation.region.startLine).toBe(9);
    expect(difference.fixes.length).toBeGreaterThan(0);
  });

  test("names of files are written as addresses", () => {
    const uris = run.results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(uris).toContain("odd%2C%20name%3A%20100%25/diff%C3%A9rent%20%231.vgic");
  });

  test("fingerprints stay when lines move, and differ from each other", () => {
    const fingerprints = (text: string) =>
      JSON.parse(vgicTrace(["lint", "--format", "sarif", "-"], { input: text }).stdout).runs[0].results.map(
        ({ partialFingerprints }: { partialFingerprints: object }) => Object.values(partialFingerprints)[0],
      );
    const text = readFileSync(mistakes, "utf8");
    const before = fingerprints(text);
    expect(new Set(before).size).toBe(before.length);
    expect(fingerprints(`# a line more\n\n${text}`)).toEqual(before);
    const twice = fingerprints(`${wrongTrace}cpu0 readl GICD_STATUSR == 1\n`);
    expect(new Set(twice).size).toBe(2);
  });
});

describe("github", () => {
  test("a workflow command a finding", () => {
    expect(lint("github", "wrong")).toMatchSnapshot();
  });

  test("what would end a property is escaped", () => {
    expect(lint("github", ".")).toContain("file=odd%2C name%3A 100%25/différent #1.vgic,line=3,");
  });
});

describe("junit", () => {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" });

  test("is XML, with a suite a file and a case a scenario and revision", () => {
    const xml = lint("junit");
    expect(XMLValidator.validate(xml)).toBe(true);
    const suites = parser.parse(xml).testsuites.testsuite;
    expect(
      suites.map(({ name, tests, failures }: Record<string, string>) => [name, tests, failures]),
    ).toEqual([
      ["good.vgic", "3", "0"],
      ["odd, name: 100%/différent #1.vgic", "3", "0"],
      ["wrong/mistakes.vgic", "3", "3"],
    ]);
    expect(suites[2].testcase.map(({ name }: { name: string }) => name)).toEqual([
      "a guest moves SPI 40 to Group 0 (rev 1)",
      "a guest moves SPI 40 to Group 0 (rev 2)",
      "a guest moves SPI 40 to Group 0 (rev 3)",
    ]);
    expect(suites[2].testcase[0].failure.type).toBe("expectation");
  });

  test("a case that does not hold is an error whichever revision is declared", () => {
    const input = 'gic v3\nrevision 1\nscenario "a & <b>"\ncpu0 readl GICR_CTLR == rev1-2: 0, rev3: 7\n';
    const xml = vgicTrace(["lint", "--format", "junit", "-"], { input }).stdout;
    const { testcase } = parser.parse(xml).testsuites.testsuite;
    expect(testcase.map(({ failure }: { failure?: unknown }) => failure !== undefined)).toEqual([
      true,
      true,
      true,
    ]);
    expect(testcase[2].name).toBe("a & <b> (rev 3)");
  });

  test("an expectation fails under each revision that answers something else, and without operations nothing passes", () => {
    const input = [
      "gic v3\nrevision 3",
      'scenario "differs"\ncpu0 readl GICR_CTLR == 6',
      'scenario "nowhere"\ncpu0 readl GICD_TYPER2 == 0x77',
      'scenario "empty"\n',
    ].join("\n");
    const xml = vgicTrace(["lint", "--format", "junit", "-"], { input }).stdout;
    const { testcase, tests, failures, skipped } = parser.parse(xml).testsuites.testsuite;
    expect({ tests, failures, skipped }).toEqual({ tests: "7", failures: "5", skipped: "1" });
    const failing = testcase.filter(({ failure }: { failure?: unknown }) => failure !== undefined);
    expect(failing.map(({ name }: { name: string }) => name)).toEqual([
      "differs (rev 1)",
      "differs (rev 2)",
      "nowhere (rev 1)",
      "nowhere (rev 2)",
      "nowhere (rev 3)",
    ]);
    expect(testcase[6]).toMatchObject({
      name: "empty",
      skipped: { message: "not tested: it has no operation" },
    });
  });

  test("is what those who read it expect, as a whole", async () => {
    const files = {
      "differs.vgic": [
        "gic v3\nrevision 1",
        'scenario "<groups> & \\"moves\\""\ncpu0 writel GICD_IGROUPR1 0\ncpu0 readl GICD_IGROUPR1 == 0xffffffff',
        'scenario "empty"\n',
      ].join("\n"),
      "undeclared.vgic": 'gic v4\nrevision 3\nscenario "one"\ncpu0 readl GICR_CTLR\n',
    };
    const { stdout, status } = vgicTrace(["lint", "--format", "junit", "."], { folder: folderWith(files) });
    expect(status).toBe(1);
    await expect(stdout).toMatchFileSnapshot("expected/junit.xml");
  });

  test("follows the schema of those who read it (Jenkins' junit-10.xsd), and its counts are right", () => {
    const { stdout } = vgicTrace(["lint", "--format", "junit", "examples"]);
    expect(XMLValidator.validate(stdout)).toBe(true);
    const order = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "", preserveOrder: true });
    const attributesOf = (element: Record<string, unknown>) => Object(element[":@"]);
    const elements = (all: Record<string, unknown>[], name: string) =>
      all.flatMap((element) => (name in element ? [{ ...element, children: Object(element[name]) }] : []));
    const [report] = elements(order.parse(stdout), "testsuites");
    const suites = elements(report.children, "testsuite");
    expect(suites.length).toBe(report.children.length);
    for (const suite of suites) {
      const cases = elements(suite.children, "testcase");
      expect(cases.length).toBe(suite.children.length);
      const having = (name: string) => cases.filter(({ children }) => elements(children, name).length > 0);
      expect(attributesOf(suite)).toEqual({
        name: expect.stringMatching(/\.vgic$/),
        tests: String(cases.length),
        failures: String(having("failure").length),
        errors: "0",
        skipped: String(having("skipped").length),
      });
      for (const one of cases) {
        expect(Object.keys(attributesOf(one))).toEqual(["name", "classname", "file"]);
        const parts = one.children.map((part: object) => Object.keys(part)[0]);
        // In this order, each at most once.
        expect(["skipped", "failure", "system-out"].filter((part) => parts.includes(part))).toEqual(parts);
        for (const failure of elements(one.children, "failure"))
          expect(attributesOf(failure)).toEqual({ message: expect.any(String), type: expect.any(String) });
      }
    }
  });

  test("what a wrong declaration keeps from being tested does not pass", () => {
    const input = [
      "gic v3z\nrevision 3",
      'scenario "one"\ncpu0 readl GICR_CTLR == 0x77',
      'scenario "other"\ngic v3\nmsi device 1 event 2 == 1',
    ].join("\n");
    const { stdout, status } = vgicTrace(["lint", "--format", "junit", "-"], { input });
    expect(status).toBe(1);
    const { testcase, tests, failures, skipped } = parser.parse(stdout).testsuites.testsuite;
    expect({ tests, failures, skipped }).toEqual({ tests: "3", failures: "2", skipped: "1" });
    expect(testcase).toEqual([
      expect.objectContaining({ name: "declarations", failure: expect.anything() }),
      expect.objectContaining({
        name: "one",
        skipped: { message: "not tested: a declaration that it needs is missing or wrong" },
      }),
      expect.objectContaining({ name: "other", failure: expect.anything() }),
    ]);
  });

  test("what a baseline knows fails nowhere", () => {
    const there = folderWith({ "a.vgic": "gic v3\nrevision 3\ncpu0 readl GICD_TYPER2 == 0x77\n" });
    vgicTrace(["lint", "--format", "sarif", "--output", "known.sarif"], { folder: there });
    const xml = vgicTrace(["lint", "--baseline", "known.sarif", "--format", "junit"], {
      folder: there,
    }).stdout;
    expect(parser.parse(xml).testsuites.testsuite).toMatchObject({ tests: "3", failures: "0" });
  });

  test("characters that XML cannot hold are shown as others", () => {
    const input = 'gic v3\nrevision 1\nscenario "\x1b[31m"\ncpu0 readl GICD_TYPER == 1\n\x01\n';
    const xml = vgicTrace(["lint", "--format", "junit", "-"], { input }).stdout;
    expect(XMLValidator.validate(xml)).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(xml).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f]/);
  });
});

test("rdjson: columns count bytes, and a fix in one place is a suggestion", () => {
  const { source, diagnostics } = JSON.parse(lint("rdjson", "wrong"));
  expect(source).toEqual({ name: "vgic-trace" });
  const unknown = diagnostics.find(
    ({ code }: { code: { value: string } }) => code.value === "unknown-register",
  );
  expect(unknown).toMatchObject({
    severity: "ERROR",
    location: {
      path: "wrong/mistakes.vgic",
      range: { start: { line: 13, column: 13 }, end: { line: 13, column: 28 } },
    },
    suggestions: [{ text: "GICD_ISENABLER1" }],
  });
  const input = 'gic v3\nrevision 3\nscenario "é" cpu0\n';
  const [syntax] = JSON.parse(vgicTrace(["lint", "--format", "rdjson", "-"], { input }).stdout).diagnostics;
  expect(syntax.location.range.start).toEqual({ line: 3, column: 15 });
});

test("gitlab: a list of issues with fingerprints of their own", () => {
  const issues = JSON.parse(lint("gitlab"));
  expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(
    issues.length,
  );
  expect(issues.at(-1)).toEqual({
    description: "`=` compares nothing: write `==` before the expected value",
    check_name: "syntax",
    content: { body: `[syntax](${ruleAddress("syntax")})` },
    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    severity: "major",
    location: { path: "wrong/mistakes.vgic", lines: { begin: 17, end: 17 } },
  });
  expect(JSON.parse(lint("gitlab", "good.vgic"))).toEqual([]);
});

describe("--output", () => {
  const run = (...args: string[]) => {
    const there = folderWith({ "wrong.vgic": wrongTrace });
    const result = vgicTrace(["lint", ...args], { folder: there });
    return { ...result, read: (name: string) => readFileSync(path.join(there, name), "utf8") };
  };

  test("several formats at once, each to its file, one to standard output", () => {
    const { status, stdout, read } = run(
      ...[
        "--format",
        "text",
        "--format",
        "sarif",
        "--output",
        "a.sarif",
        "--output",
        "b.xml",
        "--format",
        "junit",
      ],
    );
    expect(stdout).toContain("error[expectation]");
    expect(JSON.parse(read("a.sarif")).runs[0].results).toHaveLength(1);
    expect(XMLValidator.validate(read("b.xml"))).toBe(true);
    expect(status).toBe(1);
  });

  test("what goes to a file is not printed", () => {
    const { stdout, read } = run("--output", "report.txt");
    expect(stdout).toBe("");
    expect(read("report.txt")).toContain("1 file, 1 scenario, 1 operation: 1 error\n");
  });

  test.each([
    { args: ["--format", "json", "--format", "text"], said: "only one --format can go to standard output" },
    { args: ["--output", "a", "--output", "a"], said: "--output a is given twice" },
  ])("$args is refused with a reason", ({ args, said }) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain(said);
    expect(status).toBe(2);
  });

  test.each([
    { output: "nowhere/a.json", said: "cannot write nowhere/a.json: there is no such file or folder" },
    { output: ".", said: "cannot write .: it is a folder" },
    { output: "wrong.vgic/a", said: "cannot write wrong.vgic/a: a part of the path is a file, not a folder" },
    ...(existsSync("/dev/full")
      ? [{ output: "/dev/full", said: "cannot write /dev/full: there is no space left" }]
      : []),
  ])("that cannot be written to $output is said, with status 2", ({ output, said }) => {
    const { status, stderr } = run("--format", "json", "--output", output);
    expect(stderr).toBe(`vgic-trace: ${said}\n`);
    expect(status).toBe(2);
  });
});
