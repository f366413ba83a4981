/** Runs the replay program, on a kernel in QEMU or on this machine's, and gives back what it prints. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { initramfs } from "../../replay/initramfs.ts";
import type { Model } from "../../vgic/kvm-abi.ts";
import { type Failure, reasonOf } from "../files/failure.ts";
import { programInPath } from "../files/program.ts";
import { inTemporaryFolder } from "../files/temporary-folder.ts";

/** A machine that boots in three seconds on a laptop and prints all the time is stuck when this long silent. */
const mostSilence = 60_000;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What every answer begins with: "=". */
const answerMark = 0x3d;

/** Takes the number of answers that were just printed. */
export type OnAnswers = (count: number) => void;

/** Everything that was printed, and why it ended early. */
export interface Printed {
  readonly text: string;
  readonly problem?: string;
}

/** Boots a kernel with the replay program as its init. */
export function boot(
  kernel: string,
  model: Model,
  init: Uint8Array,
  program: Uint8Array,
  onAnswers: OnAnswers,
): Promise<Printed | Failure> {
  return inFile(initramfs(init, program), (initrd) =>
    printedBy(
      "qemu-system-aarch64",
      [
        ...["-M", `virt,virtualization=on,gic-version=${model === "v3" ? 3 : 2}`],
        ...["-cpu", "neoverse-n1", "-m", "1024", "-nographic", "-nodefaults", "-serial", "stdio"],
        ...["-no-reboot", "-kernel", kernel, "-initrd", initrd],
        // Only emergencies are printed between the answers; a kernel that panics switches the machine off.
        ...["-append", "console=ttyAMA0 quiet loglevel=1 panic=-1"],
      ],
      onAnswers,
    ),
  );
}

/** Runs the replay program on this machine's /dev/kvm. */
export function runHere(
  replayProgram: string,
  program: Uint8Array,
  onAnswers: OnAnswers,
): Promise<Printed | Failure> {
  return inFile(program, (file) => printedBy(replayProgram, [file], onAnswers));
}

async function inFile<T>(content: Uint8Array, use: (file: string) => Promise<T>): Promise<T | Failure> {
  try {
    return await inTemporaryFolder((folder) => {
      const file = path.join(folder, "content");
      writeFileSync(file, content);
      return use(file);
    });
  } catch (error) {
    return { failure: `cannot write what is booted: ${reasonOf(error)}` };
  }
}

function printedBy(
  command: string,
  args: readonly string[],
  onAnswers: OnAnswers,
): Promise<Printed | Failure> {
  return new Promise((resolve) => {
    const program = path.isAbsolute(command) ? command : programInPath(command);
    if (program === undefined) {
      resolve({ failure: notInstalled(command) });
      return;
    }
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const printed: Buffer[] = [];
    const complaints: Buffer[] = [];
    let problem: string | undefined;
    const stop = (why: string): void => {
      problem = why;
      child.kill("SIGKILL");
    };
    const silence = setTimeout(
      () => stop(`nothing was printed for ${mostSilence / 1000} seconds`),
      mostSilence,
    );
    // The machine does not outlive the command, and the files made for it are removed.
    const cancel = (): void => stop("it was cancelled");
    for (const signal of signals) process.once(signal, cancel);
    const end = (result: Printed | Failure): void => {
      clearTimeout(silence);
      for (const signal of signals) process.off(signal, cancel);
      resolve(result);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      printed.push(chunk);
      silence.refresh();
      onAnswers(chunk.filter((byte) => byte === answerMark).length);
    });
    child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
    child.on("error", (error: NodeJS.ErrnoException) => end({ failure: cannotRun(command, error) }));
    child.on("close", (status) => {
      const complaint = Buffer.concat(complaints).toString("utf8").trim();
      if (status !== 0) problem ??= complaint === "" ? `${command} ended with status ${status}` : complaint;
      end({ text: Buffer.concat(printed).toString("utf8"), problem });
    });
  });
}

function cannotRun(command: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT" && command.startsWith("qemu")) return notInstalled(command);
  return `cannot run ${command}: ${error.message}`;
}

function notInstalled(command: string): string {
  return `${command} is not installed: on Debian, apt-get install qemu-system-arm`;
}
