import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { analyse } from "../../server/src/analysis/analysis.ts";
import { DEFAULT_SETTINGS } from "../../server/src/config/settings.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { format } from "../../server/src/document/format.ts";

const root = path.resolve(import.meta.dirname, "../..");
const { contributes } = manifest;
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const sources = readdirSync(path.join(root, "client/src"))
  .map((name) => read(`client/src/${name}`))
  .join("\n");
const settings = new Map<string, { readonly default: unknown }>(
  Object.entries(contributes.configuration.properties),
);

/** `{ a: { b: 1 } }` as `a.b` and 1. */
function flat(object: object, prefix: string): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]: [string, unknown]): [string, unknown][] => {
    const name = `${prefix}.${key}`;
    const isSection = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    return isSection ? flat(value, name) : [[name, value]];
  });
}

describe("the extension's manifest", () => {
  test("offers every setting of the server with its default", () => {
    for (const [name, value] of flat(DEFAULT_SETTINGS, "vgic")) {
      expect(settings.get(name)?.default, name).toEqual(value);
    }
  });

  test("describes every setting, and docs/vscode.md does", () => {
    const page = read("docs/vscode.md");
    for (const [name, setting] of settings) {
      expect("description" in setting || "markdownDescription" in setting, name).toBe(true);
      expect(page).toContain(`\`${name}\``);
    }
  });

  test("declares the commands that the client registers, all with the same prefix", () => {
    const registered = [...sources.matchAll(/registerCommand\("([\w.]+)"/g)].map(([, name]) => name);
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual(registered.sort());
    expect(new Set(contributes.commands.map(({ category }) => category))).toEqual(new Set(["vGIC"]));
  });

  test("names files that are there", () => {
    const files = [...JSON.stringify(contributes).matchAll(/"((?:\.\/)?(?:syntaxes|icons|docs)\/[^"]+)"/g)];
    expect(files.length).toBeGreaterThan(8);
    expect(files.map(([, file]) => file).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  test("activates the extension by its language, or to debug a trace, in every folder", () => {
    expect(manifest.activationEvents).toEqual(["onLanguage:vgic", "onDebugResolve:vgic"]);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe(true);
    expect(manifest.capabilities.virtualWorkspaces).toBe(true);
  });
});

describe("the client", () => {
  test("uses colours of the theme only", () => {
    expect(sources).not.toMatch(/#[0-9a-f]{3,8}\b|\brgba?\(/i);
  });

  test.each(readdirSync(path.join(root, "client/templates")))(
    "has a template %s that holds without a warning, and is formatted",
    (name) => {
      const document = TraceDocument.of(read(`client/templates/${name}`));
      expect(analyse(document).diagnostics.map(({ message }) => message)).toEqual([]);
      expect(format(document, { align: true })).toEqual([]);
    },
  );
});
