#!/usr/bin/env node
/** Starts the command, from what V8 compiled when it was built if this Node can use that. */
import { readFileSync } from "node:fs";
import module from "node:module";
import { Script } from "node:vm";
import { exitStatus } from "./exit-status.ts";

const folder = `${import.meta.dirname}/chunks`;
const filename = `${folder}/command.cjs`;

/** Compiled code for this very V8; undefined if the command was built with another one. */
function compiled(): Buffer | undefined {
  try {
    return readFileSync(`${folder}/command-${process.versions.v8}-${process.arch}.cache`);
  } catch {
    return undefined;
  }
}

function start(): void {
  const cachedData = compiled();
  if (cachedData === undefined) {
    // Where Node can (from 22.1 on), what it compiles is kept for the next start.
    if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") {
      module.enableCompileCache();
    }
    require(filename);
  } else {
    const script = new Script(module.wrap(readFileSync(filename, "latin1")), { filename, cachedData });
    const exported = { exports: {} };
    script.runInThisContext()(exported.exports, require, exported, filename, folder);
  }
}

/** As `engines` in package.json says, which nobody reads who has the command already. */
const leastNode = 20;

const { node } = process.versions;
if (Number.parseInt(node, 10) >= leastNode) start();
else {
  process.stderr.write(`vgic-trace: this is Node.js ${node}, and ${leastNode} or newer is needed\n`);
  process.exitCode = exitStatus.failed;
}
