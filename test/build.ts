/** Builds the command once, for the tests that run it as a process. */
import { execFileSync } from "node:child_process";

export default function build(): void {
  execFileSync(process.execPath, ["build.js"], { stdio: "inherit" });
}
