// @ts-check
// Checks a short trace with the bundled command, and writes what V8 compiled for that: `node tools/compile.js BUNDLE FILE`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { Script } from "node:vm";

const [bundle, output] = process.argv.slice(2).map((name) => path.resolve(name));
if (bundle === undefined || output === undefined) throw new Error("usage: compile.js BUNDLE OUTPUT");
const folder = mkdtempSync(path.join(tmpdir(), "vgic-trace-"));
const trace = path.join(folder, "short.vgic");
const lines = [
  "gic v3",
  "revision 3",
  'scenario "short"',
  "cpu0 readl GICD_IIDR",
  "cpu0 writel GICD_CTLR 0x2",
];
writeFileSync(trace, `${lines.join("\n")}\n`);

process.argv.splice(2, process.argv.length, "lint", trace);
process.stdout.write = () => true;
// The same words around the bundle as in launch.ts: what was compiled is for this very text.
const script = new Script(module.wrap(readFileSync(bundle, "latin1")), { filename: bundle });
const exported = { exports: {} };
script.runInThisContext()(exported.exports, createRequire(bundle), exported, bundle, path.dirname(bundle));
process.on("exit", () => {
  writeFileSync(output, script.createCachedData());
  rmSync(folder, { recursive: true });
});
