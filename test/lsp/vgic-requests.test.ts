/** What the VS Code extension asks beyond the protocol. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/command.ts";
import { Client } from "./client.ts";

const uri = "untitled:groups.vgic";
const about = { textDocument: { uri } };
const inScenario = { ...about, position: { line: 4, character: 0 } };

const trace = `gic v3
revision 1

scenario "groups"
cpu0 writel GICD_IGROUPR1 0
cpu0 readl  GICD_IGROUPR1 == 0xffffffff
`;

let client: Client;

beforeAll(async () => {
  client = await Client.start({ capabilities: { textDocument: { diagnostic: {} } } });
  client.open(uri, trace);
});
afterAll(() => void client.process.kill());

test("vgic/scenarios: the verdict of every variant", async () => {
  expect(await client.request("vgic/scenarios", about)).toMatchObject({
    revisions: [0, 1, 2, 3],
    scenarios: [
      {
        title: "groups",
        range: { start: { line: 3, character: 0 } },
        verdicts: [
          {
            label: "1",
            name: "revision 1",
            shortName: "rev 1",
            standing: "declared",
            isOwn: true,
            errors: [],
          },
          {
            label: "2",
            isOwn: false,
            differences: [{ range: { start: { line: 5 } } }],
            errors: [{ range: { start: { line: 5 } }, expected: "0xffffffff", actual: "0x00000000" }],
          },
          { label: "3" },
        ],
      },
    ],
  });
});

test("vgic/scenariosOnDisk: the same of a trace that is not open, with its project's configuration", async () => {
  const folder = folderWith({
    "a.vgic": trace,
    "vgic-trace.json": JSON.stringify({ revision: 2 }),
    "b.vgic": 'gic v3\nscenario "b"\ncpu0 readl GICD_IIDR\n',
  });
  const onDisk = (name: string) =>
    client.request("vgic/scenariosOnDisk", {
      textDocument: { uri: pathToFileURL(path.join(folder, name)).href },
    });
  expect(await onDisk("a.vgic")).toEqual(await client.request("vgic/scenarios", about));
  expect(await onDisk("b.vgic")).toMatchObject({
    scenarios: [{ verdicts: [{ label: "1" }, { label: "2", standing: "configured" }, { label: "3" }] }],
  });
  expect(await onDisk("none.vgic")).toBeNull();
});

test("vgic/scenariosOnDisk: a silenced line that did not run leaves no verdict, and is no error", async () => {
  const hidden = "cpu0 raedl GICD_CTLR # vgic-ignore[syntax]: later\n";
  const folder = folderWith({ "some.vgic": trace + hidden, "all.vgic": `gic v3\nrevision 1\n${hidden}` });
  const onDisk = (name: string) =>
    client.request("vgic/scenariosOnDisk", {
      textDocument: { uri: pathToFileURL(path.join(folder, name)).href },
    });
  const why = "a line of it cannot be read or done";
  expect(await onDisk("some.vgic")).toMatchObject({
    scenarios: [{ verdicts: [{ incomplete: why }, { errors: [{}] }, { errors: [{}] }] }],
  });
  expect(await onDisk("all.vgic")).toMatchObject({ scenarios: [{ untested: { why, isError: false } }] });
});

test("vgic/scenariosOn: how a host does, that the trace does not speak of", async () => {
  const on = (host: string) => client.request("vgic/scenariosOn", { ...about, host });
  const failing = { verdicts: [{ label: "linux-5.10", isOwn: false, errors: [{ actual: "0x00000000" }] }] };
  expect(await on("linux-5.10")).toMatchObject([failing]);
  expect(await on("linux-7.1+revision-1")).toMatchObject([{ verdicts: [{ errors: [] }] }]);
  await expect(on("windows")).rejects.toThrow(/linux-/);
});

test("vgic/run: a trace of its own that expects every answer, null where there is none", async () => {
  const run = await client.request("vgic/run", { ...inScenario, variant: "2" });
  expect(run).toMatch(/^revision 2$[\s\S]*GICD_IGROUPR1 == 0x00000000$/m);
  expect(await client.request("vgic/run", { ...inScenario, variant: "linux-1.0" })).toBeNull();
});

test("vgic/reproduction: the scenario by itself", async () => {
  expect(await client.request("vgic/reproduction", inScenario)).toBe(trace);
});

test("vgic/state: what differs between the variants once a line is done", async () => {
  expect(await client.request("vgic/state", inScenario)).toMatchObject({
    variants: ["rev 1", "rev 2", "rev 3"],
    sections: expect.arrayContaining([
      expect.objectContaining({
        title: "INTIDs 32–63",
        changed: true,
        summaries: expect.arrayContaining(["inactive, disabled, prio 0x00 → cpu0, Group 1"]),
        rows: expect.arrayContaining([expect.objectContaining({ name: "group", values: ["1", "0", "0"] })]),
      }),
    ]),
  });
  expect(await client.request("vgic/state", { ...about, position: { line: 0, character: 0 } })).toBeNull();
});

test("vgic/redeclare: the edit that declares another revision; one that there is not is refused", async () => {
  const edits = await client.request("vgic/redeclare", { ...inScenario, revision: 3 });
  const range = { start: { line: 1, character: 9 }, end: { line: 1, character: 10 } };
  expect(edits).toEqual([{ range, newText: "3" }]);
  const answer = await client.ask("vgic/redeclare", { ...inScenario, revision: 7 });
  expect(answer.error?.message).toContain("0, 1, 2, 3");
});

test("vgic/evaluateAs: a view under another revision, until it ends", async () => {
  const errors = async () => {
    const report = await client.request("textDocument/diagnostic", about);
    return JSON.stringify(report).includes('"code":"expectation"');
  };
  expect(await errors()).toBe(false);
  await client.request("vgic/evaluateAs", { ...about, revision: 2 });
  expect(await errors()).toBe(true);
  expect(await client.request("vgic/scenarios", about)).toMatchObject({ evaluatedAs: 2 });
  await client.request("vgic/evaluateAs", about);
  expect(await errors()).toBe(false);
});

test("vgic/checkWorkspace: counts what it finds", async () => {
  expect(await client.request("vgic/checkWorkspace", {})).toEqual({ files: 1, errors: 0, warnings: 1 });
});

test("vgic/compat: what the guest would notice of a migration by each VMM, and of the way back", async () => {
  const away = { ...inScenario, from: "linux-7.1+revision-1", to: "linux-5.10", by: "qemu", back: false };
  expect(await client.request("vgic/compat", away)).toMatchObject({
    firstLine: 3,
    setup: "GICv3, revision 1",
    managers: expect.arrayContaining([
      {
        by: "qemu",
        about: "QEMU",
        migrations: 3,
        verdict: expect.stringMatching(
          /^The guest can notice .* Tried: 3 migrations, one after each operation\.$/,
        ),
        noticed: expect.arrayContaining([
          expect.objectContaining({
            changes: ["GICD_IIDR 0x4b00143b → 0x4b00243b"],
            message: expect.stringMatching(
              /^linux-7\.1\+revision-1 → linux-5\.10 by qemu, from the start: GICD_IIDR/,
            ),
            range: { start: { line: 3, character: 0 }, end: { line: 3, character: 17 } },
          }),
        ]),
      },
    ]),
    coverage: expect.arrayContaining([expect.stringMatching(/^Not modelled/)]),
  });
  const faithful = { ...away, to: away.from, by: "qemu-7.2", back: true };
  const answer = await client.request("vgic/compat", faithful);
  expect(answer).toMatchObject({
    managers: [
      { by: "faithful", noticed: [], verdict: expect.stringMatching(/^The guest can notice nothing\./) },
      { by: "qemu" },
      { by: "firecracker" },
      { by: "cloud-hypervisor" },
      { by: "crosvm" },
      { by: "qemu-7.2", about: "QEMU" },
    ],
  });
  const old = await client.request("vgic/compat", { ...away, from: "linux-5.10" });
  expect(old).toMatchObject({
    managers: expect.arrayContaining([
      expect.objectContaining({
        migrations: 0,
        verdict: "Not tested: linux-5.10 cannot show the declared revision 1.",
      }),
    ]),
  });
});

test("vgic/compat: a host or VMM that there is not is refused in words", async () => {
  const away = { ...inScenario, from: "linux-7.1", to: "linux-5.10", by: "qemu", back: false };
  const refusal = (text: string) => ({ refusal: expect.stringContaining(text) });
  expect(await client.request("vgic/compat", { ...away, to: "windows" })).toEqual(refusal("linux-"));
  expect(await client.request("vgic/compat", { ...away, by: "nobody" })).toEqual(refusal("faithful"));
});

test("vgic/hosts: what a migration can be between", async () => {
  expect(await client.request("vgic/hosts", about)).toMatchObject({
    hosts: expect.arrayContaining([expect.objectContaining({ kernels: expect.stringContaining("4.19") })]),
    managers: expect.arrayContaining([{ name: "qemu", about: "QEMU" }]),
  });
});

test("vgic/timeline: the picture of the scenario on a line, null above the first", async () => {
  expect(await client.request("vgic/timeline", inScenario)).toMatchObject({
    firstLine: 3,
    lastLine: 6,
    timeline: {
      title: "groups",
      variants: ["revision 1", "revision 2", "revision 3"],
      operations: [
        { line: 4, parts: true },
        { line: 5, differs: true },
      ],
    },
  });
  const above = { ...about, position: { line: 0, character: 0 } };
  expect(await client.request("vgic/timeline", above)).toBeNull();
});

test("vgic/diff: what the trace means otherwise than another text of it, as Markdown", async () => {
  const before = trace.replace(/revision \d/, "revision 3");
  expect(before).not.toBe(trace);
  const answer = await client.request("vgic/diff", { ...about, path: "a.vgic", before });
  expect(answer).toContain("#### `a.vgic`");
  expect(answer).toContain("(before: revision 3)");
  expect(await client.request("vgic/diff", { ...about, path: "a.vgic", before: trace })).toContain(
    "The traces that changed mean what they meant.",
  );
});

test("vgic/reduce: the smallest trace that shows a finding; vgic/kselftest: the scenario in C", async () => {
  const difference = { ...about, position: { line: 5, character: 0 }, code: "revision-difference" };
  expect(await client.request("vgic/reduce", difference)).toEqual({ trace });
  const refused = await client.request("vgic/reduce", { ...difference, code: "syntax" });
  expect(refused).toEqual({ refusal: expect.stringContaining("the trace shows no syntax") });
  expect(await client.request("vgic/kselftest", inScenario)).toEqual({
    test: expect.stringMatching(/SPDX[\s\S]*static void test_groups\(void\)/),
    leftOut: 0,
  });
  const above = { ...about, position: { line: 0, character: 0 } };
  expect(await client.request("vgic/kselftest", above)).toEqual({ refusal: expect.any(String) });
});
