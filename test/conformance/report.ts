/**
 * `npm run conformance [-- PATH…]`: lints recordings and prints how far the emulator agrees with them, by register and
 * kind of operation, with the first few disagreements of each. Exits 1 on any disagreement.
 */
import { recordingsIn, type Tally, tally } from "./agreement.ts";

const SHOWN_OF_EACH = 3;
const paths = process.argv.slice(2);
const files = (paths.length > 0 ? paths : ["test/conformance/recordings"]).flatMap(recordingsIn);
if (files.length === 0) {
  console.error("no recordings (.vgic or .vgic.gz) found");
  process.exit(2);
}

const tallies = new Map<string, Tally>();
for (const file of files) tally(file, tallies);

let operations = 0;
let disagreements = 0;
console.log("operations  disagree  operation");
for (const entry of [...tallies.values()].sort(
  (a, b) => a.kind.localeCompare(b.kind) || a.register.localeCompare(b.register),
)) {
  operations += entry.operations;
  disagreements += entry.disagreements.length;
  const counts = `${String(entry.operations).padStart(10)}  ${String(entry.disagreements.length).padStart(8)}`;
  console.log(`${counts}  ${entry.kind} ${entry.register}`);
  for (const { file, line, text, message } of entry.disagreements.slice(0, SHOWN_OF_EACH)) {
    console.log(`            ${file}:${line}: ${text}\n              ${message}`);
  }
}
const share = ((operations - disagreements) / operations) * 100;
console.log(
  `\n${files.length} recordings, ${operations} operations, ${disagreements} disagreements (${share.toFixed(3)} % agree)`,
);
process.exitCode = disagreements > 0 ? 1 : 0;
