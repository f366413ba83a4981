/** The debugger as an editor drives it: the built command as a process, spoken to in its protocol. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ruleOf } from "../../server/src/rules/rules.ts";
import { folderWith } from "../cli/command.ts";
import { DapClient } from "./client.ts";

const trace = `gic v3
revision 2
compare rev1
let SPI = 40

scenario "delivery"
cpu0 writel GICD_CTLR 2
cpu0 msr    ICC_PMR_EL1 0xff
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_IGROUPR1 0xfffffeff
cpu0 writel GICD_IGROUPR1 0xffffffff
cpu0 writel GICD_ISENABLER1 1 << (SPI - 32)
line SPI high
cpu0 mrs    ICC_IAR1_EL1 == SPI
line SPI low
cpu0 msr    ICC_EOIR1_EL1 SPI

scenario "wrong"
cpu0 readl  GICD_CTLR == 3
cpu0 readl  GICD_IIDR
`;

const clients: DapClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.process.kill();
});

/** A client that has launched a trace and configured nothing yet. */
async function launched(
  args: object = { stopOnEntry: true },
  text: string = trace,
): Promise<{ readonly client: DapClient; readonly program: string }> {
  const program = path.join(folderWith({ "a.vgic": text }), "a.vgic");
  const client = new DapClient();
  clients.push(client);
  await client.request("initialize", { adapterID: "vgic", linesStartAt1: true });
  await client.next("initialized");
  await client.request("launch", { program, ...args });
  return { client, program };
}

/** One that stands in front of the first operation. */
async function stopped(args?: object, text?: string): Promise<{ client: DapClient; program: string }> {
  const { client, program } = await launched(args, text);
  await client.request("configurationDone");
  await client.next("stopped");
  return { client, program };
}

describe("stepping", () => {
  test("ends for a host that fails: it stops there, and says so", async () => {
    const [, text] = /^```vgic\n([\s\S]*?)^```$/m.exec(ruleOf("host-failure").page) ?? [];
    const { client } = await stopped({ stopOnEntry: true }, `${text}cpu0 readl GICD_CTLR\n`);
    await client.request("setExceptionBreakpoints", { filters: ["failures"] });
    expect(await client.stopsAfter("continue")).toBe("exception at line 16");
    expect(await client.stopsAfter("next")).toBe("step at line 17");
    const [frame] = (await client.request("stackTrace")).list("stackFrames");
    const scopes = (await client.request("scopes", { frameId: frame.number("id") })).list("scopes");
    expect(scopes.map((scope) => scope.text("name"))).toContain(
      "revision 3 (declared) ✕ its host has failed",
    );
    await client.request("next");
    expect(await client.where(await client.next("stopped"))).toBe("step at line 17");
    expect(
      client.events
        .filter(({ event }) => event === "output")
        .at(-1)
        ?.body.text("output"),
    ).toContain("cpu0 readl GICD_CTLR → not run");
  });

  test("ends for a vCPU that never comes back; the other host goes on", async () => {
    const livelock = `gic v3
host linux-7.3
compare host linux-6.18
irqs 64
cpu0 msr    ICC_PMR_EL1 0xff
cpu0 msr    ICC_IGRPEN1_EL1 1
cpu0 writel GICD_CTLR 3
cpu0 writel GICD_ISENABLER1 0xffffffff
cpu0 writel GICD_IGROUPR1 0x00000f00
user set    GICD_ISACTIVER1 0x0f00
user set    GICD_ISPENDR1 0x1f0000
cpu0 run
user get    GICD_TYPER
`;
    const { client } = await stopped({ stopOnEntry: true }, livelock);
    await client.request("setExceptionBreakpoints", { filters: ["failures"] });
    expect(await client.stopsAfter("continue")).toBe("exception at line 12");
    expect(await client.stopsAfter("next")).toBe("step at line 13");
    const [frame] = (await client.request("stackTrace")).list("stackFrames");
    const scopes = (await client.request("scopes", { frameId: frame.number("id") })).list("scopes");
    expect(scopes.map((scope) => scope.text("name"))).toEqual(
      expect.arrayContaining([
        expect.stringContaining("its host has failed"),
        expect.stringContaining("linux-6.18"),
      ]),
    );
    expect(await client.stopsAfter("stepBack")).toBe("step at line 12");
  });

  test("goes by operations, forwards and backwards, to the end and over it", async () => {
    const { client } = await launched();
    await client.request("configurationDone");
    expect(await client.where(await client.next("stopped"))).toBe("entry at line 7");
    expect(await client.stopsAfter("next")).toBe("step at line 8");
    expect(await client.stopsAfter("stepIn")).toBe("step at line 9");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 8");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 7");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 7");
    expect(await client.stopsAfter("stepOut")).toBe("step at line 16");
    const [frame] = (await client.request("stackTrace")).list("stackFrames");
    expect(frame.text("name")).toBe("delivery (at its end)");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 16");
    await client.request("next");
    await client.next("stopped");
    await client.request("next");
    await client.next("terminated");
  });

  test("prints what each operation answers", async () => {
    const { client } = await stopped();
    await client.request("goto", { threadId: 1, targetId: 7 });
    await client.request("next");
    expect((await client.next("output")).text("output")).toBe(
      "line 14: cpu0 mrs    ICC_IAR1_EL1 == SPI → 0x0000000000000028\n",
    );
  });

  test("runs the scenario that is named, until its end without a breakpoint", async () => {
    const { client } = await launched({ scenario: "delivery" });
    await client.request("configurationDone");
    await client.next("terminated");
    expect(client.events.some(({ event }) => event === "stopped")).toBe(false);
  });
});

describe("breakpoints", () => {
  test("on lines: placed on the next operation, refused outside of the scenario, hit both ways", async () => {
    const { client, program } = await launched();
    const set = await client.request("setBreakpoints", {
      source: { path: program },
      breakpoints: [{ line: 6 }, { line: 13 }, { line: 19 }],
    });
    expect(set.list("breakpoints").map((one) => [one.flag("verified"), one.number("line")])).toEqual([
      [true, 7],
      [true, 13],
      [false, 19],
    ]);
    // An editor tells of other files' breakpoints, too.
    const others = await client.request("setBreakpoints", {
      source: { path: `${program}.other` },
      breakpoints: [{ line: 8 }],
    });
    expect(others.list("breakpoints")[0].flag("verified")).toBe(false);
    await client.request("configurationDone");
    await client.next("stopped");
    expect(await client.stopsAfter("continue")).toBe("breakpoint at line 13");
    expect(await client.stopsAfter("next")).toBe("step at line 14");
    expect(await client.stopsAfter("reverseContinue")).toBe("breakpoint at line 13");
    expect(await client.stopsAfter("reverseContinue")).toBe("breakpoint at line 7");
    await client.request("continue");
    await client.next("stopped");
    await client.request("continue");
    await client.next("terminated");
  });

  test("set before the launch are placed by it", async () => {
    const program = path.join(folderWith({ "a.vgic": trace }), "a.vgic");
    const client = new DapClient();
    clients.push(client);
    await client.request("initialize");
    await client.request("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 13 }] });
    await client.request("configurationDone");
    await client.request("launch", { program });
    const changed = (await client.next("breakpoint")).object("breakpoint");
    expect([changed.flag("verified"), changed.number("line")]).toEqual([true, 13]);
    expect(await client.where(await client.next("stopped"))).toBe("breakpoint at line 13");
  });

  test("on an interrupt's state", async () => {
    const { client } = await launched();
    const set = await client.request("setFunctionBreakpoints", {
      breakpoints: [{ name: "INTID 40 pending" }, { name: "INTID 40 sleepy" }, { name: "INTID 999" }],
    });
    expect(set.list("breakpoints").map((one) => one.flag("verified"))).toEqual([true, false, false]);
    await client.request("configurationDone");
    await client.next("stopped");
    await client.request("continue");
    const hit = await client.next("stopped");
    expect(hit.text("reason")).toBe("data breakpoint");
    expect(hit.text("text")).toBe("INTID 40 pending: not pending → pending, by line 13");
    expect(await client.where(hit)).toBe("data breakpoint at line 14");
    await client.request("continue");
    await client.next("terminated");
  });

  test("on an LPI's state, and not on one of a VM without an ITS", async () => {
    const its = readFileSync(path.resolve(import.meta.dirname, "../../examples/its.vgic"), "utf8");
    const lines = its.split("\n");
    const msi = lines.findIndex((line) => line.startsWith("msi device DISK event 0")) + 1;
    const { client } = await launched({ stopOnEntry: true }, its);
    const names = ["LPI 8192 pending", "INTID 8193 active", "INTID 999"];
    const set = await client.request("setFunctionBreakpoints", {
      breakpoints: names.map((name) => ({ name })),
    });
    expect(set.list("breakpoints").map((one) => one.flag("verified"))).toEqual([true, true, false]);
    await client.request("configurationDone");
    await client.next("stopped");
    await client.request("continue");
    const pending = await client.next("stopped");
    expect(pending.text("text")).toBe(`LPI 8192 pending: not pending → pending, by line ${msi}`);
    const value = async (expression: string) =>
      (await client.request("evaluate", { expression, context: "watch" })).text("result");
    expect(await value("INTID 8192")).toContain("pending");
    await client.request("continue");
    await client.next("terminated");
    const { client: other } = await launched();
    const none = await other.request("setFunctionBreakpoints", { breakpoints: [{ name: "INTID 8192" }] });
    expect(none.list("breakpoints")[0].flag("verified")).toBe(false);
  });

  test("on a register's bits, from the list of variables and by name", async () => {
    const { client } = await launched();
    await client.request("setFunctionBreakpoints", { breakpoints: [{ name: "GICD_ISENABLER1 & 0x100" }] });
    const info = await client.request("dataBreakpointInfo", { name: "GICD_CTLR.EnableGrp1" });
    const set = await client.request("setDataBreakpoints", {
      breakpoints: [{ dataId: info.text("dataId") }],
    });
    expect(set.list("breakpoints")[0].flag("verified")).toBe(true);
    await client.request("configurationDone");
    await client.next("stopped");
    expect(await client.stopsAfter("continue")).toBe("data breakpoint at line 8");
    expect(await client.stopsAfter("continue")).toBe("data breakpoint at line 13");
    expect(await client.stopsAfter("reverseContinue")).toBe("data breakpoint at line 8");
  });

  test("where revisions diverge", async () => {
    const { client } = await stopped();
    await client.request("setExceptionBreakpoints", { filters: ["differences"] });
    await client.request("continue");
    const hit = await client.next("stopped");
    expect(await client.where(hit)).toBe("exception at line 10");
    expect((await client.request("exceptionInfo", { threadId: 1 })).text("description")).toMatch(
      /diverge here/,
    );
  });

  test("where an answer is not as expected, unless that is turned off", async () => {
    const { client } = await launched({ scenario: "wrong" });
    await client.request("configurationDone");
    const hit = await client.next("stopped");
    expect(hit.text("text")).toMatch(/expected 0x00000003/);
    expect(await client.where(hit)).toBe("exception at line 19");
    await client.request("setExceptionBreakpoints", { filters: [] });
    await client.request("continue");
    await client.next("terminated");
  });
});

describe("variables", () => {
  test("the line, names, each variant, and what differs", async () => {
    const { client } = await stopped();
    await client.request("goto", { targetId: 4 });
    await client.next("stopped");
    const scopes = (await client.request("scopes", { frameId: 1 })).list("scopes");
    expect(scopes.map((one) => one.text("name"))).toEqual([
      "Line",
      "What differs",
      "revision 2 (declared)",
      "revision 1 ≠",
      "Names",
    ]);
    expect(await client.variables("Line")).toEqual({
      next: "cpu0 writel GICD_IGROUPR1 0xffffffff",
      "will answer": "ok",
      done: "cpu0 writel GICD_IGROUPR1 0xfffffeff → ok",
    });
    expect(await client.variables("What differs")).toEqual({
      "Distributor revision": "revision 2: 2 ≠ revision 1: 1",
      "INTID 40 group": "revision 2: 0 ≠ revision 1: 1",
    });
    expect(await client.variables("Names")).toEqual({ SPI: "40 (0x28)" });
    expect((await client.variables("revision 2 (declared)"))["INTID 40"]).toBe(
      "inactive, disabled, prio 0x00 → cpu0, Group 0",
    );
    expect((await client.variables("revision 1 ≠", "INTID 40")).group).toBe("1 ≠ revision 2: 0");
  });

  test("registers, interrupts and answered lines are evaluated without the scenario noticing", async () => {
    const { client } = await stopped();
    await client.request("goto", { targetId: 7 });
    await client.next("stopped");
    const value = async (expression: string) =>
      (await client.request("evaluate", { expression, context: "watch" })).text("result");
    expect(await value("GICD_CTLR")).toBe("0x00000052");
    expect(await value("GICD_IIDR")).toBe("0x4b00243b ≠ revision 1: 0x4b00143b");
    expect(await value("ICC_IAR1_EL1")).toBe("0x0000000000000028");
    expect(await value("ICC_IAR1_EL1")).toBe("0x0000000000000028");
    expect(await value("INTID 40")).toBe("pending, enabled, prio 0x00 → cpu0, Group 1");
    expect(await value("line 10")).toBe("ok");
    expect((await client.ask("evaluate", { expression: "line 14" })).message).toMatch(/not done yet/);
    expect((await client.ask("evaluate", { expression: "nonsense", context: "watch" })).success).toBe(false);
  });
});

test("what lines answered is told for showing it behind them", async () => {
  const { client } = await stopped();
  await client.request("goto", { targetId: 8 });
  await client.next("stopped");
  const answers = await client.request("answers", { first: 10, last: 20 });
  expect(answers.list("answers").map((one) => [one.number("line"), one.text("answer")])).toEqual([
    [14, "0x0000000000000028"],
  ]);
});

describe("what if", () => {
  test("an interrupt is set: what follows follows from it, and going back takes it along", async () => {
    const { client, program } = await stopped();
    await client.request("goto", { targetId: 6 });
    await client.next("stopped");
    const reference = await client.reference("revision 2 (declared)", "INTID 40");
    const set = await client.request("setVariable", {
      variablesReference: reference,
      name: "enabled",
      value: "no",
    });
    expect(set.text("value")).toBe("no");
    expect((await client.next("output")).text("output")).toBe(
      "tried: cpu0 writel GICD_ICENABLER1 0x100 → ok\n",
    );
    await client.next("stopped");
    expect(await client.stopsAfter("continue")).toBe("exception at line 14");
    expect((await client.variables("Line"))["will answer"]).toBe("0x00000000000003ff");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 13");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 13");
    expect(await client.stopsAfter("stepBack")).toBe("step at line 12");
    await client.request("restart");
    await client.next("stopped");
    await client.request("continue");
    await client.next("terminated");
    expect(program).toMatch(/a\.vgic$/);
  });

  test("an operation of the console is done here", async () => {
    const { client } = await stopped();
    const result = await client.request("evaluate", { expression: "cpu0 readl GICD_IIDR", context: "repl" });
    expect(result.text("result")).toBe("0x4b00243b ≠ revision 1: 0x4b00143b");
    const wrong = await client.ask("evaluate", { expression: "cpu0 readl GICD_FOO", context: "repl" });
    expect(wrong.message).toMatch(/unknown register/);
    const none = await client.ask("evaluate", { expression: "revision 3", context: "repl" });
    expect(none.message).toBe("`revision 3` is no operation");
  });

  test("the next operation is another one", async () => {
    const { client } = await stopped();
    const reference = await client.reference("Line");
    const set = { variablesReference: reference, name: "next", value: "cpu0 writel GICD_CTLR 0" };
    await client.request("setVariable", set);
    await client.next("stopped");
    expect(await client.stopsAfter("next")).toBe("step at line 8");
    expect((await client.request("evaluate", { expression: "GICD_CTLR" })).text("result")).toBe("0x00000050");
    expect((await client.ask("setVariable", { ...set, name: "will answer" })).success).toBe(false);
  });
});

describe("what cannot be done", () => {
  test.each([
    [{}, /`program` is missing/],
    [{ program: "/nowhere/a.vgic" }, /cannot be read/],
  ])("launch with %j says so", async (args, reason) => {
    const client = new DapClient();
    clients.push(client);
    await client.request("initialize");
    expect((await client.ask("launch", args)).message).toMatch(reason);
  });

  test("a scenario that is not there, a trace without operations", async () => {
    await expect(launched({ scenario: "nothing" })).rejects.toThrow('it has "delivery", "wrong"');
    await expect(launched({}, "gic v3\nrevision 3\n")).rejects.toThrow("no operations");
  });

  test("requests before the launch and unknown ones are refused, rubbish is ignored, and the end is the end", async () => {
    const client = new DapClient();
    clients.push(client);
    client.process.stdin.write("Content-Length: 3\r\n\r\nxyzContent-Length: 2\r\n\r\n[]");
    expect((await client.ask("stackTrace")).message).toMatch(/`launch` comes first/);
    expect((await client.ask("dance")).success).toBe(false);
    await client.request("disconnect");
    expect(await client.ended).toBe(0);
  });

  test("what is no message ends it with a reason", async () => {
    const client = new DapClient();
    clients.push(client);
    client.process.stdin.write(`${"x".repeat(2000)}\r\n\r\n`);
    expect(await client.ended).toBe(2);
  });
});
