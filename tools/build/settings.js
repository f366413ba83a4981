// @ts-check
// What several bundles have in common.

/** What is CommonJS in a bundle of modules asks for Node's own modules with `require`. */
const requireInModules =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** @satisfies {import("esbuild").BuildOptions} */
export const common = {
  bundle: true,
  minify: true,
  // The package's CommonJS form finds its parts by names that no bundler sees.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
};

/** @satisfies {import("esbuild").BuildOptions} */
export const node = { ...common, platform: "node", target: "node20" };

/** Modules for Node, which share what they have in common. @satisfies {import("esbuild").BuildOptions} */
export const modules = {
  ...node,
  format: "esm",
  splitting: true,
  outExtension: { ".js": ".mjs" },
  chunkNames: "chunks/[name]-[hash]",
  banner: { js: requireInModules },
};

/** @satisfies {import("esbuild").BuildOptions} */
export const browser = { ...common, platform: "browser", target: "es2022" };
