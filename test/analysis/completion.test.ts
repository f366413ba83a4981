import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import {
  completion,
  completionDocumentation,
  mustGoOn,
} from "../../server/src/analysis/completion/completion.ts";
import type { CompletionItem } from "../../server/src/analysis/completion/item.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { edited } from "../../server/src/rules/fixes.ts";
import { parseLine } from "../../server/src/syntax/parse.ts";
import { atCursor } from "./cursor.ts";

/** What is expected of the items at a cursor. */
interface Expected {
  /** The labels that start the list, in this order. */
  readonly first?: readonly string[];
  readonly offers?: readonly string[];
  readonly lacks?: readonly string[];
  /** All of them. */
  readonly exactly?: readonly string[];
}

function check(trace: string, { first = [], offers = [], lacks = [], exactly }: Expected): void {
  const labels = items(trace).map(({ label }) => label);
  expect(
    {
      first: labels.slice(0, first.length),
      missed: offers.filter((label) => !labels.includes(label)),
      invented: lacks.filter((label) => labels.includes(label)),
      all: exactly && labels,
    },
    `${trace}\n\noffered: ${labels.join(" | ")}`,
  ).toEqual({ first, missed: [], invented: [], all: exactly });
}

function items(trace: string): readonly CompletionItem[] {
  const { analysis, position } = atCursor(trace);
  return completion(analysis, position).items;
}

function detail(trace: string, label: string): string | undefined {
  return items(trace).find((item) => item.label === label)?.detail;
}

const head = "gic v3\nrevision 2\ncpus 2\nirqs 96\n";

test("a statement: what the section may still have", () => {
  check("$0", { offers: ["gic", "revision", "cpu0", "user", "line", "scenario", "let"] });
  check(`${head}$0`, { offers: ["compare", "host", "cpu0", "cpu1"], lacks: ["gic", "irqs", "cpu2"] });
  check(`${head}settle\n$0`, { offers: ["cpu0", "migrate", "new vm", "let"], lacks: ["compare", "gic"] });
  check(`gic v3\n$0\nscenario "a"\nsettle`, {
    offers: ["revision", "let"],
    lacks: ["cpu0", "settle", "gic"],
  });
  check(`gic v3\nrevision 2\nscenario "a"\n$0`, { offers: ["revision", "settle"] });
});

test("what is most likely comes first", () => {
  const labels = (trace: string) => items(trace).map(({ label }) => label);
  expect(labels("$0").slice(0, 2)).toEqual(["gic", "revision"]);
  expect(labels(`${head}$0`)[0]).toBe("cpu0");
  expect(labels(`${head}cpu0 readl GICD_TYPER ==$0`)[0]).toBe("0x00480002");
  expect(labels(`${head}cpu0 readl GICD_TYPER == $0`)[0]).toBe("0x00480002");
  const priorities = labels(`${head}cpu0 writeb GICD_IPRIORITYR$0`).filter((label) =>
    /PRIORITYR/.test(label),
  );
  expect(priorities.slice(0, 2)).toEqual(["GICD_IPRIORITYR0+INTID", "GICD_IPRIORITYR8"]);
});

test("a blank asks where more must follow, and only there", () => {
  const asks = (trace: string) => {
    const { analysis, position } = atCursor(trace);
    return mustGoOn(analysis, position);
  };
  for (const text of ["cpu0 ", "cpu0 writel ", "cpu0 writel GICD_CTLR ", "user get ", "gic ", "revision "])
    expect([text, asks(`${head}${text}$0`)]).toEqual([text, true]);
  for (const text of ["host ", "migrate to ", "migrate by ", "line 40 ", "cpu0 readl GICD_CTLR == "])
    expect([text, asks(`${head}${text}$0`)]).toEqual([text, true]);
  for (const text of [
    "",
    "  ",
    "scenario ",
    "settle ",
    "cpu0 readl GICD_CTLR ",
    "# why ",
    "cpu0 writel GICD_CTLR 1 ",
  ])
    expect([text, asks(`${head}${text}$0`)]).toEqual([text, false]);
});

test("words that must be followed go on, others do not", () => {
  const goesOn = (trace: string, label: string) => items(trace).find((item) => item.label === label)?.goesOn;
  expect(goesOn(`${head}$0`, "cpu0")).toBe(true);
  expect(goesOn(`${head}$0`, "settle")).toBeUndefined();
  expect(goesOn(`${head}cpu0 $0`, "readl")).toBe(true);
  expect(goesOn(`${head}cpu0 $0`, "run")).toBeUndefined();
  expect(goesOn(`${head}migrate $0`, "to")).toBe(true);
  expect(goesOn(`${head}cpu0 readl GICD_CTLR $0`, "exits")).toBeUndefined();
});

test("behind a vCPU, and behind user", () => {
  check(`${head}cpu0 $0`, { offers: ["readl", "writeq", "mrs", "run"], lacks: ["get"] });
  check(`${head}user $0`, { exactly: ["get", "set", "has"] });
});

test("registers that exist for the declared gic, arrays by their name", () => {
  const trace = "gic v3\nrevision 2\nirqs 128\ncpu0 readl $0";
  check(trace, {
    offers: ["GICD_CTLR", "GICD_ISENABLER", "GICR_CTLR", "GICD"],
    lacks: ["GICC_CTLR", "GICD_ISENABLER1", "ICC_PMR_EL1", "LEVEL_INFO"],
  });
  check("gic v2\nrevision 2\ncpu0 readl $0", {
    offers: ["GICC_PMR", "GICD_ITARGETSR"],
    lacks: ["GICR_CTLR"],
  });
  check(`${head}user get $0`, { offers: ["LEVEL_INFO", "ICC_PMR_EL1", "GICR_CTLR"] });
  expect(detail(trace, "GICD_ISENABLER")).toBe("GICD_ISENABLER1 to GICD_ISENABLER3, 1 bit an interrupt");
});

test("an array's registers in range, once its name is typed", () => {
  const trace = `${head}cpu0 readl GICD_ISENABLER$0`;
  check(trace, {
    offers: ["GICD_ISENABLER1", "GICD_ISENABLER2"],
    lacks: ["GICD_ISENABLER0", "GICD_ISENABLER3"],
  });
  check(`${head}cpu0 writeb GICD_IPRIORITYR1$0 0xa0`, {
    offers: ["GICD_IPRIORITYR10", "GICD_IPRIORITYR19"],
    lacks: ["GICD_IPRIORITYR1", "GICD_IPRIORITYR20"],
  });
  check("gic v2\nrevision 2\ncpu0 readl GICD_ISENABLER$0", {
    offers: ["GICD_ISENABLER0", "GICD_ISENABLER7"],
  });
  const { analysis, position } = atCursor(`${head}cpu0 readl GICD_$0`);
  expect(completion(analysis, position).isIncomplete).toBe(true);
});

test("a large array is not listed whole", () => {
  const { analysis, position } = atCursor("gic v3\nrevision 2\nirqs 992\ncpu0 readq GICD_IROUTER$0");
  const { items: offered, isIncomplete } = completion(analysis, position);
  expect(offered.filter(({ label }) => label.startsWith("GICD_IROUTER"))).toHaveLength(64);
  expect(isIncomplete).toBe(true);
});

test("system registers that can be read, or written", () => {
  check(`${head}cpu0 mrs $0`, { offers: ["ICC_IAR1_EL1", "ISR_EL1"], lacks: ["ICC_EOIR1_EL1", "GICD_CTLR"] });
  check(`${head}cpu0 msr $0`, {
    offers: ["ICC_EOIR1_EL1", "ICC_SGI1R_EL1"],
    lacks: ["ICC_IAR1_EL1", "ISR_EL1"],
  });
});

test("fields, vCPUs, names", () => {
  check(`${head}cpu0 writel GICD_CTLR GICD_CTLR.$0`, {
    exactly: ["RWP", "nASSGIreq", "DS", "ARE_NS", "EnableGrp1", "EnableGrp0"],
  });
  check(`${head}cpu0 writel GICD_CTLR GICD_CTLR.Ena$0`, { offers: ["EnableGrp1"] });
  check(`${head}cpu0 readl GICR_CTLR@$0`, { exactly: ["cpu0", "cpu1"] });
  check(`${head}line 20@c$0`, { exactly: ["cpu0", "cpu1"] });
  check(`let SPI = 40\n${head}cpu0 writel GICD_CTLR $0\nlet LATER = 1`, {
    first: ["GICD_CTLR.RWP"],
    offers: ["SPI", "GICD_CTLR.EnableGrp1"],
    lacks: ["LATER"],
  });
  expect(detail(`let SPI = 40\n${head}line $0`, "SPI")).toBe("40 (0x28)");
});

test("behind == the value that the emulator gives, and a case for each revision when they differ", () => {
  check(`${head}cpu0 readl GICD_TYPER == $0`, { first: ["0x00480002"] });
  check(`${head}cpu0 readl GICR_CTLR == $0`, {
    first: ["rev1-2: 0x00000000, rev3: 0x00000006", "0x00000000"],
  });
  check(`${head}cpu0 readl GICR_CTLR & GICR_CTLR.IR == $0`, {
    first: ["rev1-2: 0x00000000, rev3: 0x00000004", "0x00000000"],
  });
  check(`${head}cpu0 readl GICR_CTLR & GICR_CTLR.EnableLPIs == 0x$0`, { first: ["0x00000000"] });
  check(`${head}user set GICD_IIDR 0 == $0`, { lacks: ["fails EINVAL"] });
});

test.each([
  ...["hardware ", "gic ", "base ", "compare ", "compare rev1, ", "user ", "user save ", "user restore "],
  ...["cpu0 ", "memory ", "msi ", "msi device 1 ", "new ", "new vm keeping ", "migrate by ", "line 40 "],
  ...["line 40 high by ", "cpu0 its ", "cpu0 its mapd ", "cpu0 its mapd device 1 ", "cpu0 its mapc "],
  ...["cpu0 its mapc collection 0 ", "cpu0 its mapti device 1 event 0 ", "cpu0 its mapd device 1 itt 0 "],
  ...["cpu0 its movall cpu0 ", "cpu0 readl GICD_CTLR == rev1: ", "cpu0 readl GICD_CTLR == rev1: 0, "],
])("every keyword offered after %j may stand there", (beginning) => {
  const offered = items(`gic v3\nrevision 2\nits\n${beginning}$0`).filter(({ kind }) => kind === "keyword");
  const refused = offered.filter(({ label }) => {
    const { problem } = parseLine(`${beginning}${label} x`);
    return problem !== undefined && problem.start === beginning.length && problem.message.includes("found");
  });
  expect(refused.map(({ label }) => label)).toEqual([]);
  expect(offered).not.toEqual([]);
});

test("directly behind == a blank is written, too", () => {
  const [first] = items(`${head}cpu0 readl GICD_TYPER ==$0`);
  expect([first.label, first.insert]).toEqual(["0x00480002", " 0x00480002"]);
});

test("the value is that of the line, with what stands above it and not below", () => {
  const write = "cpu0 writel GICD_ISENABLER1 0x100\n";
  check(`${head}${write}cpu0 readl GICD_ISENABLER1 == $0\ncpu0 writel GICD_ICENABLER1 0x100`, {
    first: ["0x00000100"],
  });
  check(`${head}cpu0 readl GICD_ISENABLER1 == $0\n${write}`, { first: ["0x00000000"] });
  check(`${head}let BIT = 1 << 8\n${write}cpu0 readl GICD_ISENABLER1 == $0`, {
    first: ["0x00000100", "BIT"],
  });
});

test("masks count, and a scenario's own names go before the file's", () => {
  check(`let TWO = 2\n${head}cpu0 readl GICD_TYPER & 0x1f == $0`, { first: ["0x00000002", "TWO"] });
  check(`let MASK = 0\n${head}scenario "a"\nlet MASK = 0x1f\ncpu0 readl GICD_TYPER & MASK == $0`, {
    first: ["0x00000002"],
  });
});

test("in a case the answer of its revisions", () => {
  check(`${head}cpu0 readl GICR_CTLR == rev1-2: $0`, { first: ["0x00000000"], offers: ["ok", "aborts"] });
  check(`${head}cpu0 readl GICR_CTLR == rev1-2: 0, rev3: $0`, { first: ["0x00000006"] });
  check(`${head}user set GICD_IIDR 0 == rev1+: $0`, { first: ["fails EINVAL"] });
  check(`${head}cpu0 readl GICR_CTLR == rev1-2: 0, $0`, { offers: ["rev3", "rev2+"] });
});

test("behind an operation: its outcome, and how it may fail", () => {
  check(`${head}cpu0 readl GICD_TYPER $0`, { first: ["== 0x00480002"], offers: ["aborts", "exits"] });
  check(`${head}user set GICD_IIDR 0 $0`, { first: ["fails EINVAL"] });
  check(`${head}user set GICD_IIDR 0 fails $0`, { first: ["EINVAL", "ENXIO"] });
  check(`${head}user has GICD+0x20 fails $0`, { first: ["ENXIO", "EINVAL"] });
  expect(detail(`${head}user has GICD+0x20 fails $0`, "ENXIO")).toBe("what the emulator answers");
  check(`${head}line 40 high $0`, { exactly: ["by", "fails"] });
  check(`${head}new vm $0`, { exactly: ["keeping", "revision"] });
  check(`${head}user init $0`, { exactly: ["fails"] });
  check(`${head}cpu0 writel GICD_CTLR 2 $0`, { exactly: ["aborts", "exits"] });
});

test("words that are right in their place only", () => {
  check("gic $0", { exactly: ["v3", "v2"] });
  check("gic v3\nrevision $0", { exactly: ["3", "2", "1"] });
  check("host linux-6.12\nrevision $0", { exactly: ["3"] });
  check("compare $0", { offers: ["none", "rev1", "rev1-2", "rev2+", "host"] });
  check("host linux-6$0", { offers: ["linux-6.12+iidr-fix"] });
  expect(detail("host $0", "linux-5.10")).toBe("shows revision 2");
  check("gic v3\nbase $0", { exactly: ["dist", "redist"] });
  check(`${head}line 40 $0`, { exactly: ["high", "low", "pulse"] });
  check(`${head}new $0`, { exactly: ["vm"] });
  check(`${head}migrate by $0`, { offers: ["qemu", "cloud-hypervisor"] });
  check("gic v3\nits\nbase $0", { exactly: ["dist", "redist", "its"] });
  check("hardware lrs 4 $0", { exactly: ["priority-bits", "id-bits"] });
  check("gic v3\nbase redist 0x8000000 $0", { exactly: ["count"] });
  check(`${head}cpu0 its $0`, { offers: ["mapd", "mapti", "sync"] });
  check(`${head}cpu0 its mapd device 1 $0`, { exactly: ["itt", "off"] });
  check(`${head}msi $0`, { exactly: ["device"] });
  check(`${head}memory $0`, { offers: ["readl", "fill"] });
  check(`${head}user save $0`, { exactly: ["its", "pending"] });
  check("gic v3\ncreated\nuser set $0", { offers: ["NR_IRQS", "REDIST_REGION"], lacks: ["ADDR_CPU"] });
  check("gic v3\ncreated\nuser has i$0", { offers: ["init"] });
  check("gic v3\ncreated\ncpu0 run $0", { exactly: ["fails ENXIO", "fails"] });
  check(`${head}cpu0 run $0`, { exactly: [] });
  check("settle # vgic-ignore[revision-d$0", { offers: ["revision-difference", "syntax"] });
});

test("nothing in comments, strings and behind mistakes", () => {
  check("gic v3 # $0", { exactly: [] });
  check('scenario "re$0', { exactly: [] });
  check(`${head}cpu0 readx GICD_CTLR $0`, { exactly: [] });
});

test("an item replaces the word being typed", () => {
  const { analysis, position } = atCursor(`${head}cpu0 mrs ICC_P$0`);
  const { range } = completion(analysis, position);
  expect([range.start.character, range.end.character]).toEqual([9, 14]);
});

test("documentation is made for one item", () => {
  const { analysis, position } = atCursor(`${head}cpu0 readl $0`);
  const documentation = (label: string): string | undefined => {
    const topic = completion(analysis, position).items.find((item) => item.label === label)?.topic;
    return topic && completionDocumentation(analysis, position.line, topic);
  };
  expect(documentation("GICR_CTLR")).toContain("It shows CES and IR from revision 3 only.");
  expect(documentation("GICD_IPRIORITYR")).toContain("Interrupt Priority Registers");
  const word = { about: "word", name: "aborts" } as const;
  expect(completionDocumentation(analysis, 0, word)).toContain("abort");
  expect(completionDocumentation(analysis, 0, { about: "form", name: "gic" })).toContain("gic MODEL");
  expect(completionDocumentation(analysis, 0, { about: "register", name: "NOTHING" })).toBeUndefined();
});

test("every idiom is a trace without errors", () => {
  for (const gic of ["v2", "v3"]) {
    const trace = `gic ${gic}\nrevision 3\n`;
    const snippets = items(`${trace}$0`).filter(({ isSnippet }) => isSnippet);
    expect(snippets.map(({ label }) => label)).toEqual([
      "enable an SPI",
      "send an SGI",
      "acknowledge and end",
      "save and restore",
    ]);
    for (const { insert = "" } of snippets) {
      const expanded = insert.replace(/\$\{\d:([^}]*)\}/g, "$1").replace("$0", "");
      const { diagnostics } = analyse(TraceDocument.of(trace + expanded));
      const wrong = diagnostics.filter(({ severity }) => severity === "error");
      expect(
        wrong.map(({ message }) => message),
        expanded,
      ).toEqual([]);
    }
  }
});

test("enabling an SPI makes it arrive", () => {
  for (const [gic, acknowledge] of [
    ["v3", "cpu0 mrs ICC_IAR1_EL1"],
    ["v2", "cpu0 readl GICC_IAR"],
  ]) {
    const trace = `gic ${gic}\nrevision 3\n`;
    const insert = items(`${trace}$0`).find(({ label }) => label === "enable an SPI")?.insert ?? "";
    const expanded = insert.replace(/\$\{\d:([^}]*)\}/g, "$1").replace("$0", "");
    const { analysis, position } = atCursor(`${trace}${expanded}line SPI high\n${acknowledge} == $0`);
    const [first] = completion(analysis, position).items;
    expect(BigInt(first.label)).toBe(40n);
    const change = { range: { start: position, end: position }, text: first.label };
    expect(analyse(edited(analysis.document, [change])).diagnostics).toEqual([]);
  }
});
