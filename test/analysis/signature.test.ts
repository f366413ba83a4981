import { expect, test } from "vitest";
import { signature } from "../../server/src/analysis/completion/signature.ts";
import { atCursor } from "./cursor.ts";

/** Expects the form at the cursor, the parameter being typed between « and »; none for undefined. */
function check(line: string, form: string | undefined): void {
  const { analysis, position } = atCursor(`gic v3\nrevision 2\n${line}`);
  const found = signature(analysis, position);
  const active = found?.activeParameter === undefined ? undefined : found.parameters[found.activeParameter];
  const shown = active
    ? `${found?.label.slice(0, active.start)}«${found?.label.slice(active.start, active.end)}»${found?.label.slice(active.end)}`
    : found?.label;
  expect(shown, line).toBe(form);
}

test("the guest's accesses", () => {
  check("cpu0 readl$0", "cpuN readl TARGET [OUTCOME]");
  check("cpu0 readl $0", "cpuN readl «TARGET» [OUTCOME]");
  check("cpu0 readl GICD_CT$0", "cpuN readl «TARGET» [OUTCOME]");
  check("cpu0 readl GICR_CTLR@$0", "cpuN readl «TARGET» [OUTCOME]");
  check("cpu0 readl GICD_CTLR $0", "cpuN readl TARGET «[OUTCOME]»");
  check("cpu0 readl GICD_CTLR & 1 == $0", "cpuN readl TARGET «[OUTCOME]»");
  check("cpu0 writel GICD_CTLR $0", "cpuN writel TARGET «VALUE» [OUTCOME]");
  check("cpu0 writel GICD_CTLR 1 << ($0", "cpuN writel TARGET «VALUE» [OUTCOME]");
  check("cpu0 writel GICD_CTLR 1 $0", "cpuN writel TARGET VALUE «[OUTCOME]»");
  check("cpu0 msr $0", "cpuN msr «REGISTER» VALUE [OUTCOME]");
  check("cpu0 msr ICC_PMR_EL1 0x$0", "cpuN msr REGISTER «VALUE» [OUTCOME]");
});

test("the VMM and devices", () => {
  check("user set GICD_IIDR 0 fails E$0", "user set TARGET VALUE «[OUTCOME]»");
  check("line $0", "line «INTID» LEVEL [by kernel] [OUTCOME]");
  check("line 20@c$0", "line «INTID» LEVEL [by kernel] [OUTCOME]");
  check("line 40 $0", "line INTID «LEVEL» [by kernel] [OUTCOME]");
  check("line 40 high $0", "line INTID LEVEL «[by kernel]» [OUTCOME]");
  check("line 27@cpu0 high by $0", "line INTID LEVEL «[by kernel]» [OUTCOME]");
  check("new vm revision $0", "new vm [keeping memory] «[revision N]»");
  check("migrate to linux-6.$0", "migrate «[to HOST]» [revision N] [by VMM] [OUTCOME]");
  check("memory readl $0", "memory readl «ADDRESS» [OUTCOME]");
  check(
    "cpu0 its mapti device $0",
    "cpuN its mapti device «DEVICE» event EVENT lpi LPI collection COLLECTION",
  );
  check("cpu0 its mapc collection 0 to $0", "cpuN its mapc collection COLLECTION «[to cpuM]» [off]");
  check("msi device 1 event $0", "msi device DEVICE event «EVENT» [OUTCOME]");
  check("user get REDIST_REGION $0", "user get REDIST_REGION «INDEX» [OUTCOME]");
  check("user save $0", "user save «WHAT» [OUTCOME]");
  check("migrate by $0", "migrate [to HOST] [revision N] «[by VMM]» [OUTCOME]");
});

test("declarations", () => {
  check("gic $0", "gic «MODEL»");
  check("base dist $0", "base FRAME «ADDRESS» [count N]");
  check("let A$0", "let «NAME» = VALUE");
  check("let A = 1 + $0", "let NAME = «VALUE»");
  check("compare rev1, $0", "compare «WITH»");
  check("host linux-6.12+$0", "host «HOST»");
  check("hardware lrs $0", "hardware «QUANTITY N» …");
  check("ram 0x40000000 $0", "ram START «SIZE»");
});

test("nothing where no statement is", () => {
  check("$0", undefined);
  check("cpu0 $0", undefined);
  check("nonsense $0", undefined);
  check("settle # gic $0", undefined);
});
