/** `grow.mjs FILE`: checks a trace; prints the milliseconds that took, and the MB of memory that came on top. */
import { readFileSync } from "node:fs";
import { lint } from "../server/src/api/index.ts";

const text = readFileSync(process.argv[2], "utf8");
const before = process.resourceUsage().maxRSS;
const start = performance.now();
lint(text);
console.log(performance.now() - start);
console.log((process.resourceUsage().maxRSS - before) / 1024);
