import { describe, expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { verdicts, verdictText } from "../../server/src/analysis/verdicts.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { evaluate } from "../../server/src/evaluate/lockstep.ts";
import { ruleOf } from "../../server/src/rules/rules.ts";
import { check, diagnose } from "./check.ts";

/**
 * An ITS with its tables in place and LPIs enabled on cpu0; the configuration table is still all 0.
 * @param declarations what stands below `its`
 */
const its = (declarations = "revision 3") => `gic v3
its
${declarations}
cpu0 writeq GICR_PROPBASER 0x40140000 | 15
cpu0 writeq GICR_PENDBASER 0x40150000
cpu0 writel GICR_CTLR 1
cpu0 writeq GITS_BASER0 0x8000000040110000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000040100000
cpu0 writel GITS_CTLR 1
cpu0 its mapd device 5 itt 0x40130000 bits 5
cpu0 its mapc collection 0 to cpu0`;

describe("stale-lpi-configuration", () => {
  test("an LPI that its byte has enabled since is held back", () => {
    check(`${its()}
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 writeb 0x40140000 0xa1
  msi device 5 event 0 == 1
#     ^^^^^^^^^^^^^^^^ stale-lpi-configuration: KVM has LPI 8192 as disabled with priority 0x0, and holds it back; its byte at 0x40140000, which line 14 wrote, says enabled with priority 0xa0: KVM reads it again at \`its inv device 5 event 0\`
cpu0 its inv device 5 event 0
msi device 5 event 0 == 1`);
  });

  test("an LPI that its byte has disabled since is delivered, by an MSI, an INT, and when it is acknowledged", () => {
    check(`${its()}
memory fill 0x40140000 0x400 0xa1
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 msr ICC_PMR_EL1 0xff
cpu0 msr ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR 2
memory fill 0x40140000 0x400 0xa0
  msi device 5 event 0 == 1
#     ^^^^^^^^^^^^^^^^ stale-lpi-configuration: KVM has LPI 8192 as enabled with priority 0xa0, and delivers it so; its byte at 0x40140000, which line 18 wrote
  cpu0 its int device 5 event 0
#          ^^^ stale-lpi-configuration
  cpu0 mrs ICC_IAR1_EL1 == 8192
#          ^^^^^^^^^^^^ stale-lpi-configuration: KVM reads it again at \`its inv\` or \`its invall\``);
  });

  test("names no line where the value is not that of a store above", () => {
    const found = diagnose(`${its()}
memory fill 0x40140000 0x400 0xa1
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
user set GICR_CTLR 0
user set GICR_PROPBASER 0x40160000 | 15
user set GICR_CTLR 1
msi device 5 event 0 == 1`);
    expect(found.map(({ code }) => code)).toEqual(["stale-lpi-configuration"]);
    expect(found[0].text).toContain("its byte at 0x40160000 says disabled with priority 0x0");
  });

  test("its fix adds the missing command", () => {
    const lines = `${its()}
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
memory writeb 0x40140000 0xa1
msi device 5 event 0 == 1`.split("\n");
    const document = TraceDocument.of(lines.join("\n"));
    const [diagnostic] = analyse(document).diagnostics;
    expect(diagnostic.related.map(({ range }) => range.start.line)).toEqual([13]);
    if (diagnostic.finding.code !== "stale-lpi-configuration") throw new Error(diagnostic.code);
    const [fix] = ruleOf("stale-lpi-configuration").fix?.(diagnostic.finding, document.lines) ?? [];
    expect(fix.edits.map(({ text }) => text)).toEqual(["cpu0 its inv device 5 event 0\n"]);
    check(lines.toSpliced(14, 0, "cpu0 its inv device 5 event 0").join("\n"));
  });

  test("an edit above makes another line the one that wrote", () => {
    const lines = `${its()}
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
memory writeb 0x40140000 0xa1
memory readl 0x40140004
msi device 5 event 0 == 1`.split("\n");
    const document = TraceDocument.of(lines.join("\n"));
    const before = analyse(document);
    expect(before.diagnostics[0].message).toContain("which line 14 wrote");
    const text = lines.with(14, "memory writeb 0x40140000 0xa1").join("\n");
    const after = analyse(document.withText(text), {}, before);
    expect(after.diagnostics[0].message).toContain("which line 15 wrote");
  });
});

/** A trace in which an event loses its collection, and then the tables are saved. */
const LOST_COLLECTION = `memory fill 0x40140000 0x400 0xa1
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 its mapc collection 0 off # vgic-ignore[event-without-collection]: meant`;

describe("host-failure", () => {
  test("ends the scenario: nothing that follows is judged", () => {
    check(`${its("host linux-7.1.13\ncompare none")}
${LOST_COLLECTION}
  user save its
# ^^^^^^^^^^^^^ host-failure: linux-7.1.13 crashes in \`user save its\`: event 0 of device 5 has no collection any more
cpu0 readl GICD_CTLR == 0x12345
new vm
cpu0 readl GICD_CTLR == 0x54321
user set GICD_IIDR 0`);
  });

  test("a kernel with the fix goes on", () => {
    check(`${its("host linux-7.2.12\ncompare none")}
${LOST_COLLECTION}
user save its
memory readq 0x40130000 == 0`);
  });

  test("of a compared host it is a difference, and what follows none", () => {
    const trace = `${its("host linux-7.2.12\ncompare host linux-7.1.13")}
${LOST_COLLECTION}
user save its
memory readq 0x40130000 == 0
cpu0 writel GICD_CTLR 2
cpu0 readl GICD_CTLR == 0x52`;
    const found = diagnose(trace);
    expect(found.map(({ code, line }) => [code, line + 1])).toEqual([["revision-difference", 17]]);
    expect(found[0].text).toContain("never returns under linux-7.1.13");
    const [{ verdicts: all }] = verdicts(analyse(TraceDocument.of(trace)));
    expect(all.map(verdictText)).toEqual(["rev 3 ✓ host default", "linux-7.1.13 ✗ 1 ≠ 1"]);
  });

  test("what follows is judged under hosts that do not fail", () => {
    const trace = `${its("host linux-7.1.13\ncompare host linux-7.2.12")}
${LOST_COLLECTION}
user save its
cpu0 readl GICD_CTLR == 0x12345`;
    const found = diagnose(trace);
    expect(found.map(({ code }) => code)).toEqual(["host-failure", "revision-difference"]);
    const [{ verdicts: all }] = verdicts(analyse(TraceDocument.of(trace)));
    expect(all.map(({ errors }) => errors.map(({ code }) => code))).toEqual([
      ["host-failure"],
      ["expectation"],
    ]);
  });

  test("nothing of the last operation stays behind", () => {
    const program = analyse(
      TraceDocument.of(`${its("host linux-7.1.13\ncompare none")}
${LOST_COLLECTION}
user save its
cpu0 readl GICD_CTLR`),
    ).program;
    const { notices, outcomes } = evaluate(program.scenarios[0].scenario);
    expect([...notices.values()].flat().map(({ kind }) => kind)).toEqual([
      "events-lost",
      "lost-collection-saved",
    ]);
    expect(outcomes.at(outcomes.hasEnded(13, 0) ? 13 : 0, 0)).toEqual({ ending: "host-failure" });
  });
});

describe("table-outside-memory", () => {
  test("what the ITS and a vCPU are told to use is said where they begin to", () => {
    const found = diagnose(`gic v3
its
revision 3
ram 0x40000000 0x10000000
cpu0 writeq GICR_PROPBASER 0x4fffe000 | 15
cpu0 writeq GICR_PENDBASER 0x70000000
cpu0 writel GICR_CTLR 1
cpu0 writeq GITS_BASER0 0x8000000080000000
cpu0 writeq GITS_BASER1 0x8000000040120000
cpu0 writeq GITS_CBASER 0x8000000060100000
cpu0 writel GITS_CTLR 1
user set GITS_CTLR 1`);
    expect(found.map(({ line, text }) => `${line + 1} ${text.split(":")[0]}`)).toEqual([
      "7 the configuration table of LPIs (GICR_PROPBASER), 0xe000 bytes from 0x4fffe000, is not wholly in guest memory (`ram`",
      "7 the vCPU's pending table (GICR_PENDBASER), 0x2000 bytes from 0x70000000, is not in guest memory (`ram`",
      "11 the command queue (GITS_CBASER), 0x1000 bytes from 0x60100000, is not in guest memory (`ram`",
      "11 the device table (GITS_BASER0), 0x10000 bytes from 0x80000000, is not in guest memory (`ram`",
    ]);
  });

  test("an ITT is said where it is named", () => {
    check(`${its()}
  cpu0 its mapd device 6 itt 0x90000000 bits 5
#                            ^^^^^^^^^^ table-outside-memory: the device's ITT, 0x100 bytes from 0x90000000`);
  });
});

describe("event-without-collection", () => {
  test("a collection is forgotten while events have it", () => {
    check(`${its()}
memory fill 0x40140000 0x400 0xa1
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
cpu0 its mapti device 5 event 1 lpi 8193 collection 0
  cpu0 its mapc collection 0 off
#                          ^ event-without-collection: event 0 of device 5 (and 1 more) loses its collection
cpu0 its mapc collection 0 to cpu0
msi device 5 event 0 == 0
cpu0 its mapd device 5 off
cpu0 its mapc collection 0 off`);
  });

  test("a restore that fails forgets them all", () => {
    check(`${its()}
memory fill 0x40140000 0x400 0xa1
cpu0 its mapti device 5 event 0 lpi 8192 collection 0
user save its
  user restore its fails EEXIST
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ event-without-collection: event 0 of device 5 loses its collection
msi device 5 event 0 == 0`);
  });
});
