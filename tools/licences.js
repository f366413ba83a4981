// @ts-check
// The licences of the packages that are bundled, as a text to ship with the bundles.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/**
 * Each package of which something is in the bundles, with its licence, from what esbuild tells of them.
 * @param {readonly import("esbuild").Metafile[]} metafiles
 */
export async function licencesOf(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []);
  const texts = await Promise.all([...new Set(folders)].sort().map(licenceOf));
  return `Parts of the following packages are bundled.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** @param {string} folder the package's */
async function licenceOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|notice)/i.test(file)).sort();
  if (license === undefined && files.length === 0) throw new Error(`${folder} has no licence`);
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  return `${name} ${version} (${license})\n\n${texts.map((text) => `${text.trim()}\n`).join("\n")}`;
}
