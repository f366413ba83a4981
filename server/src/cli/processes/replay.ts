/** What the VS Code extension starts to replay a trace, from standard input, on the kernel that is the argument. */
import { replay } from "../commands/replay.ts";

process.exitCode = await replay(["-"], { format: "json", kernel: process.argv[2] });
