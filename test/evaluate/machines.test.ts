import { expect, test } from "vitest";
import { analyse } from "../../server/src/analysis/analysis.ts";
import { TraceDocument } from "../../server/src/document/document.ts";

const used = `cpu0 writel GICD_CTLR 0x13
cpu0 writel GICD_ISENABLER1 0x100
line 40 high
cpu0 mrs ICC_IAR1_EL1
migrate to linux-6.1
user set GICD_IIDR 0x4b00143b`;
const looks = `cpu0 readl GICD_CTLR
cpu0 readl GICD_ISENABLER1
cpu0 mrs ICC_HPPIR1_EL1
user get GICD_IIDR`;

function starts(text: string) {
  return analyse(TraceDocument.of(text)).scenarios.map(
    ({ evaluation }) => evaluation.recording.checkpoints[0],
  );
}

function answers(text: string) {
  return analyse(TraceDocument.of(text)).scenarios.map(({ evaluation }) =>
    evaluation.variants.map((_, v) =>
      Array.from({ length: evaluation.scenario.operations.length }, (_, i) => evaluation.outcome(i, v)),
    ),
  );
}

test("scenarios on like machines have them one after the other, and keep their start once", () => {
  const [one, two, other, three] = starts(
    `gic v3\nrevision 2\nscenario "1"\n${used}\nscenario "2"\n${looks}\nscenario "other"\ncpus 2\n${looks}\nscenario "3"\n${looks}`,
  );
  expect(two).toBe(one);
  expect(three).toBe(one);
  expect(other).not.toBe(one);
});

test("nothing of a scenario is left for the next one", () => {
  const head = "gic v3\nits\nrevision 2\ncompare rev1-3, host linux-5.10\n";
  const memory = "memory writel 0x40000000 5\n";
  const look = `${looks}\nmemory readl 0x40000000`;
  const after = answers(`${head}scenario "1"\n${memory}${used}\nscenario "2"\n${look}`);
  const alone = answers(`${head}scenario "2"\n${look}`);
  expect(after[1]).toEqual(alone[0]);
});
