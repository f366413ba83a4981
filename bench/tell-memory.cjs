// Loaded into a Node process that is measured: says at its end how much memory it held at most.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  // In KiB.
  writeFileSync(process.env.TELL_MEMORY_TO, String(process.resourceUsage().maxRSS));
});
