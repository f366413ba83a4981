import { expect, test, vi } from "vitest";
import { folderWith, vgicTrace } from "./command.ts";

// A search with --steps takes as long as it takes, on a busy machine a multiple.
vi.setConfig({ testTimeout: 300_000 });

function titles(suite: string): string[] {
  return [...suite.matchAll(/^scenario "(.*)"$/gm)].map(([, title]) => title);
}

test("what revisions 1 and 3 show differently is found, reduced and written as a trace that holds", () => {
  const found = vgicTrace(["explore", "--from", "rev1", "--to", "rev3", "--gic", "v3", "--steps", "60000"]);
  expect(found.stderr).toContain("differences found, with --seed 1");
  expect(found.status).toBe(1);
  expect(titles(found.stdout)).toEqual(
    expect.arrayContaining(["guest reads GICD_IIDR", "guest reads GICR_CTLR"]),
  );
  expect(found.stdout).toMatch(/^scenario "guest writes GICD_IGROUPR \(guest reads GICD_IGROUPR\)"$/m);
  const checked = vgicTrace(["lint", "--max-warnings", "0", "-"], { input: found.stdout });
  expect(checked.stdout + checked.stderr).toContain("no findings");
  expect(checked.status).toBe(0);
});

test("a scenario names the entries that it can show, and none is called like another", () => {
  const flags = ["--from", "linux-6.18", "--to", "linux-6.19", "--steps", "20000"];
  const { stdout } = vgicTrace(["explore", ...flags]);
  const names = titles(stdout);
  expect(names.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContainEqual(
    expect.stringMatching(/^from 6\.19: ICC_DIR_EL1 deactivates an SPI that another vCPU has .* on GICv3\)$/),
  );
  const ofV3 = stdout.split("\n\n").filter((scenario) => scenario.includes("\ngic v3\n"));
  expect(ofV3.length).toBeGreaterThan(0);
  for (const scenario of ofV3) expect(scenario).not.toMatch(/GICv2|GICC_DIR|never comes back/);
});

test("a seed repeats a search, whatever thread does which part of it", () => {
  const flags = [
    "explore",
    "--from",
    "rev2",
    "--to",
    "rev3",
    "--gic",
    "v2",
    "--steps",
    "20000",
    "--seed",
    "7",
  ];
  const [once, again] = [vgicTrace(flags), vgicTrace(flags)];
  expect(again).toEqual(once);
  expect(titles(once.stdout)).toEqual(["guest reads GICD_IIDR"]);
});

test("an ITS is searched where that is asked for, and on GICv3 alone", () => {
  const flags = ["explore", "--its", "--from", "linux-6.12", "--to", "linux-7.3.4"];
  const found = vgicTrace([...flags, "--steps", "20000"]);
  expect(found.stdout).toContain("\nits\n");
  expect(titles(found.stdout).join("\n")).toMatch(/MAPTI of an LPI that another event has/);
  expect(found.stderr).not.toContain("LPIs and the ITS (--its)");
  // What is found is told as it comes, with its scenario.
  expect(found.stderr).toMatch(/^found: from 7\.3: .*\n {2}scenario "/m);
  const checked = vgicTrace(["lint", "--max-warnings", "0", "-"], { input: found.stdout });
  expect(checked.stdout + checked.stderr).toContain("no findings");
  const refused = vgicTrace([...flags, "--gic", "v2"]);
  expect(refused.stderr).toContain("--its needs GICv3");
  expect(refused.status).toBe(2);
});

test("the VMM's answers count where they are asked for", () => {
  const flags = ["explore", "--from", "rev2", "--to", "rev3", "--gic", "v2", "--steps", "20000"];
  expect(titles(vgicTrace([...flags, "--observer", "vmm"]).stdout)).toEqual([
    "VMM gets GICD_IIDR",
    "guest reads GICD_IIDR",
  ]);
});

test("differences between kernels are put down to the entries of their table", () => {
  const flags = ["--gic", "v3", "--observer", "vmm", "--steps", "7000"];
  const { stdout } = vgicTrace(["explore", "--from", "linux-5.10", "--to", "linux-6.12", ...flags]);
  expect(stdout).toContain(
    "# Since 5.13 (28e9d4bce3be): the VMM sees GICR_TYPER.Last; before: only the guest does.\n",
  );
  expect(stdout).toContain(
    "user get GICR_TYPER@cpu1 == host linux-5.10: 0x00000100, host linux-6.12: 0x00000110\n",
  );
});

test.each([
  [["--from", "rev1"], "explore needs two sides"],
  [["--from", "rev1", "--to", "rev1"], "there is nothing to compare: --from and --to both mean rev1"],
  [["--from", "rev9", "--to", "rev1"], "cannot show revision 9; it can show 1, 2 and 3"],
  [["--from", "linux6", "--to", "rev1"], "--from: `linux6` is no host kernel"],
  [["--from", "a b c", "--to", "rev1"], '"a b c" is neither a revision (rev1) nor a host'],
  [["--from", "rev1", "--to", "rev2", "--time", "0"], "nothing was tried: give the search time"],
  [
    ["--from", "linux-6.12", "--to", "linux-6.12.1"],
    "there is nothing to compare: linux-6.12 and linux-6.12.1 answer alike in all that is modelled",
  ],
  [["--from", "linux-6.12+iidr-fx", "--to", "rev1"], "did you mean `linux-6.12+iidr-fix`?"],
  [["--from", "rev1", "--to", "rev2", "--host", "linux-6.12"], "--host says what a --kernel is to be"],
  [["--kernel", "no-such-image"], "cannot read the kernel no-such-image: there is no such file"],
  [["--kernel", "package.json"], "package.json is no arm64 kernel image"],
  [["--kernel", "package.json", "--time", "0"], "nothing was tried: give the search time"],
  [["--kernel", "a", "--kernel", "b", "--kernel", "c"], "--kernel can be given twice at most"],
  [["--kernel", "a", "--from", "rev1"], "--kernel <image> and --from <side> do not go together"],
  [["--interleave", "a.vgic", "--its"], "--interleave <file> and --its do not go together"],
  [["--steps", "10", "--time", "5s"], "--steps <scenarios> and --time <duration> do not go together"],
  [["--interleave", "no-such.vgic"], "cannot read no-such.vgic: there is no such file"],
  [["--from", "rev1", "--to", "rev2", "--time", "soon"], "--time takes a duration such as 30s"],
])("%s: nothing is tried, and why is said", (flags, why) => {
  const { status, stdout, stderr } = vgicTrace(["explore", ...flags]);
  expect(stderr).toContain(why);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

const race = `gic v3
revision 3
cpus 2
scenario "the vCPU that comes first takes the SPI"
cpu0 writel GICD_CTLR 2
cpu0 writel GICD_ISENABLER1 2
cpu0 msr ICC_PMR_EL1 0xff
cpu0 msr ICC_IGRPEN1_EL1 1
cpu1 msr ICC_PMR_EL1 0xff
cpu1 msr ICC_IGRPEN1_EL1 1
line 33 high
settle
cpu0 mrs ICC_IAR1_EL1
cpu1 writeq GICD_IROUTER33 1
cpu1 mrs ICC_IAR1_EL1
`;

test("all orders of the vCPUs are run, and alike ones are counted", () => {
  const folder = folderWith({ "race.vgic": race });
  const { status, stdout } = vgicTrace(["explore", "--interleave", "race.vgic"], { folder });
  expect(stdout).toBe(`race.vgic:4 "the vCPU that comes first takes the SPI": 315 orders, 3 outcomes
  105x line 13 0x00000021, line 15 0x000003ff
    for example lines 5 6 7 8 9 10 11 12 13 14 15
  105x line 13 0x000003ff, line 15 0x00000021
    for example lines 5 6 7 8 9 10 11 12 14 13 15
  105x line 13 0x000003ff, line 15 0x000003ff
    for example lines 5 6 7 8 9 10 11 12 14 15 13
`);
  expect(status).toBe(0);
});

test("where nothing is read, the outcome says so", () => {
  const writes = `gic v3\nrevision 3\ncpus 2\ncpu0 writel GICD_CTLR 2\ncpu1 writel GICD_CTLR 2\n`;
  const folder = folderWith({ "writes.vgic": writes });
  const { stdout } = vgicTrace(["explore", "--interleave", "writes.vgic"], { folder });
  expect(stdout).toContain("2 orders, 1 outcome\n  2x no operation returns a value\n");
});

test("a vCPU's commands to the ITS keep its own order, and what devices do is one order", () => {
  const commands = `gic v3
revision 3
cpus 2
its
scenario "commands of two vCPUs"
cpu0 its mapc collection 0 to cpu0
cpu0 writeb GICD_IPRIORITYR8 0x10
cpu1 its mapc collection 1 to cpu1
line 32 high
line 32 low
`;
  const folder = folderWith({ "its.vgic": commands });
  const { stdout } = vgicTrace(["explore", "--interleave", "its.vgic"], { folder });
  // Five operations, two of cpu0, one of cpu1, two of the devices: 5! / (2! 1! 2!).
  expect(stdout).toContain('"commands of two vCPUs": 30 orders');
});

test("too many orders are sampled, and it is said how many there are", () => {
  const many = Array.from({ length: 12 }, (_, i) => [
    `cpu0 writel GICD_IPRIORITYR${8 + i} 0x${i + 1}0`,
    `cpu1 writel GICD_IPRIORITYR${8 + i} 0x${i + 1}8`,
    `cpu0 readl GICD_IPRIORITYR${8 + i}`,
  ]).flat();
  const input = `gic v3\nrevision 3\ncpus 2\nscenario "many"\n${many.join("\n")}\n`;
  const folder = folderWith({ "many.vgic": input });
  const { stdout } = vgicTrace(["explore", "--interleave", "many.vgic"], { folder });
  expect(stdout).toMatch(/^many.vgic:4 "many": 1251677700 orders \(20000 tried at random/);
});

test("an expectation is asked of every order, or of some where it says so", () => {
  const expecting = race.replace("cpu0 mrs ICC_IAR1_EL1", "cpu0 mrs ICC_IAR1_EL1 == 33");
  const folder = folderWith({ "race.vgic": expecting, "alone.vgic": "gic v3\nrevision 3\nsettle\n" });
  const { status, stdout } = vgicTrace(["explore", "--interleave", "race.vgic"], { folder });
  expect(stdout).toContain("  line 13 does not answer as expected in 210 of 315 orders\n");
  expect(status).toBe(1);
  const sometimes = race.replace("cpu0 mrs ICC_IAR1_EL1", "cpu0 mrs ICC_IAR1_EL1 sometimes == 33");
  const some = folderWith({ "race.vgic": sometimes, "never.vgic": sometimes.replace("== 33", "== 34") });
  expect(vgicTrace(["explore", "--interleave", "race.vgic"], { folder: some }).status).toBe(0);
  const never = vgicTrace(["explore", "--interleave", "never.vgic"], { folder: some });
  expect(never.stdout).toContain("  line 13 answers as expected in none of 315 orders\n");
  expect(never.status).toBe(1);
  const nothing = vgicTrace(["explore", "--interleave", "alone.vgic"], { folder });
  expect(nothing.stderr).toContain("nothing was tried: in no scenario of alone.vgic");
  expect(nothing.status).toBe(2);
});
