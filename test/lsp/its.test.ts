/** What an editor shows of an ITS, by the real server: outline, references, hovers, symbols of the workspace. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderWith } from "../cli/command.ts";
import { Client } from "./client.ts";

const text = readFileSync(path.resolve(import.meta.dirname, "../../examples/its.vgic"), "utf8");
const lines = text.split("\n");
const uri = "file:///traces/its.vgic";
const about = { textDocument: { uri } };

let client: Client;
beforeAll(async () => {
  client = await Client.start();
  client.open(uri, text);
});
afterAll(() => void client.process.kill());

/** A place in the first line, from a line on, that has a text: within the text, so many characters in. */
function placeOf(line: string, word: string, from = 0): { line: number; character: number } {
  const at = lines.findIndex((one, i) => i >= from && one.startsWith(line));
  return { line: at, character: lines[at].indexOf(word) };
}

/** The lines that references of a place are in. */
async function referencesOf(position: object): Promise<string[]> {
  const found = await client.request("textDocument/references", {
    ...about,
    position,
    context: { includeDeclaration: true },
  });
  const places: readonly { range: { start: { line: number } } }[] = Object(found);
  return places.map(({ range }) => lines[range.start.line].replace(/\s+==.*/, "").replace(/ +/g, " "));
}

const MAPTI = "cpu0   its    mapti device DISK event 0 lpi 8192";

test("the outline has the commands under who gives them", async () => {
  const outline = JSON.stringify(await client.request("textDocument/documentSymbol", about));
  expect(outline).toContain("from an MSI to an interrupt");
  expect(outline).toContain("mapti device DISK event 0 lpi 8192 collection 0");
  expect(outline).toContain("save its");
});

test("references of a device, an event, an LPI and a collection are what touches them", async () => {
  const device = await referencesOf(placeOf(MAPTI, "DISK"));
  expect(device).toContain("cpu0 its mapd device DISK itt ITT bits 5");
  expect(device).toContain("msi device DISK event 0");
  const lpi = await referencesOf(placeOf(MAPTI, "8192"));
  expect(lpi).toEqual(expect.arrayContaining(["cpu0 its mapti device DISK event 0 lpi 8192 collection 0"]));
  expect(lpi).toEqual(expect.arrayContaining(["cpu0 msr ICC_EOIR1_EL1 8192"]));
  const { line, character } = placeOf(MAPTI, "collection");
  const collection = await referencesOf({ line, character: character + "collection ".length });
  expect(collection).toContain("cpu0 its mapc collection 0 to cpu0");
  const { character: event0 } = placeOf(MAPTI, "event");
  const event = await referencesOf({ line, character: event0 + "event ".length });
  expect(event).toContain("msi device DISK event 0");
  expect(event).not.toContain("msi device DISK event 1");
});

test("a hover on MAPTI shows the translation as it is then", async () => {
  const hover = JSON.stringify(
    await client.request("textDocument/hover", { ...about, position: placeOf(MAPTI, "mapti") }),
  );
  expect(hover).toMatch(/LPI 8192/);
  expect(hover).toMatch(/cpu0/);
});

test("symbols of the workspace: the scenarios and names of a trace with an ITS", async () => {
  const folder = folderWith({ "its.vgic": text });
  const other = await Client.start({ folders: [`file://${folder}`] });
  try {
    const names = async (query: string) =>
      Object(await other.request("workspace/symbol", { query })).map(({ name }: { name: string }) => name);
    expect(await names("MSI")).toContain("from an MSI to an interrupt");
    expect(await names("device_table")).toEqual(["DEVICE_TABLE"]);
  } finally {
    other.process.kill();
  }
});
