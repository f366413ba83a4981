// @ts-check
// Bundles into dist/ the command, with what V8 compiles of it for a short trace, the library, and into dist/extension/
// the VS Code extension. tools/build/ has a program for each.
import { writeFile } from "node:fs/promises";
import { linkCommand, removeOldChunks } from "./tools/build/clean-up.js";
import { buildCommand, writeManual } from "./tools/build/command.js";
import { buildExtension } from "./tools/build/extension.js";
import { buildLibrary } from "./tools/build/library.js";
import { buildTimelinePage } from "./tools/build/timeline-page.js";
import { licencesOf } from "./tools/licences.js";

const library = await buildLibrary();
const command = await buildCommand();
await buildTimelinePage();
const extension = await buildExtension();

// What is bundled is not in node_modules of those who install it: its licences go with it.
await writeFile("dist/THIRD-PARTY-LICENSES.txt", await licencesOf([library, command.metafile]));
await writeFile("dist/extension/THIRD-PARTY-LICENSES.txt", await licencesOf(extension));
await writeManual();

const outputs = [library, ...extension].flatMap((metafile) => Object.keys(metafile.outputs));
await removeOldChunks(new Set([...outputs, ...command.files]));
await linkCommand();
