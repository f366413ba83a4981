import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TraceDocument } from "../../server/src/document/document.ts";
import { LineCache } from "../../server/src/document/shapes/line-cache.ts";
import { compileOperation, compileStatement } from "../../server/src/program/compile.ts";
import { sharedEnvironment } from "../../server/src/program/environment.ts";
import { NO_NAMED_HOSTS } from "../../server/src/program/named-hosts.ts";
import { resolve } from "../../server/src/program/resolve.ts";
import { Scope } from "../../server/src/program/scope.ts";
import { parseLine } from "../../server/src/syntax/parse.ts";
import { isOperation } from "../../server/src/syntax/statement.ts";
import { seed } from "../properties/seed.ts";
import { traceLine } from "../properties/traces.ts";
import { soup, trace } from "../syntax/soup.ts";

/** Shared by all examples, so that what one leaves behind shows in the next. */
const cache = new LineCache();

const more = [
  ...[
    "cpu0 writel GICD_ISENABLER1 0x12",
    "cpu1 writeq GICD_IROUTER40 0x1_0000_0001 # 7",
    "cpu0 writeb X (0x10)",
  ],
  ...["cpu0 readl GICR_CTLR@cpu1 & 0x6 == rev1-2: 0, rev3: 0x6", "cpu0 readl GICD_IPRIORITYR10+2 == 0b1010"],
  ...["cpu0 readq GICD_IROUTER33 & ~0xf0 == 18446744073709551615", "user get GICD+0x8 == 0x4b00143b # 1"],
  ...["user set ICC_AP1R0_EL1 0xffffffffffffffff", "user set GICD_ISPENDR2@cpu1 1 << (40 - 32) fails EINVAL"],
  ...["line 40 high", "line (20)@cpu0 low by kernel", "cpu0 msr ICC_SGI1R_EL1 0x1000001 aborts"],
  ...[
    "cpu0 writel 0x8000104 17",
    "cpu0 readl 0x80a0000+4 exits",
    "let SPI2 = 0x28 + 8",
    "base dist 0x8001000",
  ],
  ...[
    "compare rev1, rev 2 - 3, host linux-5.10",
    "migrate to linux-6.12+iidr-fix revision 2 by qemu",
    "gic v2",
  ],
  ...["cpu0 readl GICD_CTLR == GICD_CTLR.EnableGrp1 | 0x10", "new vm revision 1", "cpu0 readl GICD_TYPER\r"],
];
const line = fc.oneof(
  soup,
  trace.map((text) => text.split("\n")[0]),
  traceLine("v3"),
  { weight: 4, arbitrary: fc.constantFrom(...more) },
);
const digit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(..."0123456789") },
  { weight: 1, arbitrary: fc.constantFrom(..."abcdefABCDEFxg_. ") },
);

/** A line and some that look like it: with other digits, or letters for digits, or a piece missing or twice. */
const likeLines = fc
  .tuple(line, fc.array(fc.tuple(fc.array(digit, { minLength: 40, maxLength: 40 }), fc.nat(60), fc.nat(20))))
  .map(([first, others]) => {
    const like = others.map(([digits, at, change]) => {
      let next = 0;
      const text = first.replace(/\d|(?<=0x\w*)[a-f]/g, (was) => (change & 1 ? digits[next++ % 40] : was));
      if (change === 2) return text.slice(0, at) + text.slice(at + 1);
      return change === 4 ? text.slice(0, at) + digits[0] + text.slice(at) : text;
    });
    return [first, ...like].join("\n");
  });

function expectReadAlone(text: string): void {
  for (const { text: own, parsed, opensScenario, hasComment, isOperation: isOne } of TraceDocument.of(
    text,
    cache,
  ).lines.all) {
    const alone = parseLine(own);
    expect(parsed).toEqual(alone);
    const { statement, attempt, comment } = alone;
    expect(isOne).toBe(isOperation(statement));
    expect(opensScenario).toBe((statement?.kind ?? attempt?.keyword) === "scenario");
    expect(hasComment).toBe(comment !== undefined);
  }
}

test("a line reads as it does alone, whatever was read before", () => {
  fc.assert(fc.property(likeLines, expectReadAlone), { seed, numRuns: 3000 });
});

/** The traces in a folder and below. */
function tracesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".vgic")).map((name) => path.join(folder, name));
}

test.each([...tracesIn("examples"), ...tracesIn("test/conformance/recordings")])("%s reads so", (name) => {
  expectReadAlone(readFileSync(name, "utf8"));
});

test("an operation is what it is alone, whatever was compiled before", () => {
  const property = fc.property(likeLines, (text) => {
    const document = TraceDocument.of(`gic v3\nrevision 3\ncpus 2\nlet X = 0x8000000\n${text}`, cache);
    const [{ scenario }] = resolve(document).scenarios;
    const environment = sharedEnvironment(scenario.setup, cache);
    for (const own of document.lines.all) {
      const { statement } = parseLine(own.text);
      if (!isOperation(statement)) continue;
      const scope = () => {
        const fresh = new Scope(
          { names: scenario.names, brokenNames: new Set(), hosts: NO_NAMED_HOSTS },
          document.lines,
        );
        fresh.model = scenario.setup.model;
        return fresh;
      };
      const { template, problems } = compileOperation(own, environment, scope());
      const operation = template?.operation(own);
      const expectation = template?.expectation(own);
      const alone = compileStatement(statement, environment, scope());
      expect({ operation, expectation, problems }).toEqual({ expectation: undefined, ...alone });
    }
  });
  fc.assert(property, { seed, numRuns: 3000 });
});
