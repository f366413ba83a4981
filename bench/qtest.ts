/**
 * A QEMU whose machine has a GIC, spoken to by its qtest protocol: a line a command, a line an answer.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import path from "node:path";
import { workFolder } from "./program.ts";

export const qemu = "qemu-system-aarch64";

export class Qtest {
  readonly #process: ChildProcess;
  readonly #qtest: Socket;
  readonly #monitor: Socket;
  /** Where the GIC is among QEMU's devices. */
  #gic = "";

  private constructor(process: ChildProcess, qtest: Socket, monitor: Socket) {
    this.#process = process;
    this.#qtest = qtest;
    this.#monitor = monitor;
  }

  /** Starts a machine; its CPUs stand still (Debian's QEMU comes without the accelerator named qtest). */
  static async start(version: 2 | 3): Promise<Qtest> {
    const sockets = ["qtest", "qmp"].map((name) => path.join(workFolder, `${name}.socket`));
    const servers = sockets.map((socket) => {
      rmSync(socket, { force: true });
      return createServer().listen(socket);
    });
    const child = spawn(
      qemu,
      [
        ...["-machine", `virt,gic-version=${version}`, "-cpu", "max", "-smp", "1", "-S", "-display", "none"],
        ...[
          "-nodefaults",
          "-qtest",
          `unix:${sockets[0]}`,
          "-qtest-log",
          "none",
          "-qmp",
          `unix:${sockets[1]}`,
        ],
      ],
      { stdio: "inherit" },
    );
    const [[qtest], [monitor]] = await Promise.all(servers.map((server) => once(server, "connection")));
    for (const server of servers) server.close();
    child.once("exit", () => qtest.destroy(new Error("QEMU ended")));
    const one = new Qtest(child, qtest, monitor);
    one.#gic = await one.#findGic();
    return one;
  }

  /** The command that sets the input line of an SPI. */
  lineCommand(intid: number, high: boolean): string {
    return `set_irq_in ${this.#gic} unnamed-gpio-in ${intid - 32} ${high ? 1 : 0}`;
  }

  /** Accesses a second: at least `least` of the commands, over and over, each time so many ahead of their answers. */
  async rate(
    commands: readonly string[],
    { least, ahead }: Readonly<Record<"least" | "ahead", number>>,
  ): Promise<number> {
    const repeated = Array.from(
      { length: Math.ceil(Math.max(ahead, commands.length) / commands.length) },
      () => commands,
    );
    const all = repeated.flat();
    const pieces: { readonly text: Buffer; readonly count: number }[] = [];
    for (let from = 0; from < all.length; from += ahead) {
      const piece = all.slice(from, from + ahead);
      pieces.push({ text: Buffer.from(`${piece.join("\n")}\n`), count: piece.length });
    }
    const start = performance.now();
    let done = 0;
    while (done < least) {
      for (const { text, count } of pieces) {
        const answered = this.#answers(count);
        this.#qtest.write(text);
        await answered;
        done += count;
      }
    }
    return done / ((performance.now() - start) / 1000);
  }

  /** Waits for so many answers; all must be good. */
  #answers(count: number): Promise<void> {
    let left = count;
    return new Promise((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        if (chunk.includes("FAIL"))
          reject(new Error(`QEMU refused a command: ${chunk.toString().slice(0, 200)}`));
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) left--;
        if (left > 0) return;
        this.#qtest.off("data", listen);
        resolve();
      };
      this.#qtest.on("data", listen);
    });
  }

  stop(): void {
    this.#qtest.destroy();
    this.#monitor.destroy();
    this.#process.kill();
  }

  async #findGic(): Promise<string> {
    await this.#ask({ execute: "qmp_capabilities" });
    for (let i = 0; i < 64; i++) {
      const device = `/machine/unattached/device[${i}]`;
      const answer = await this.#ask({ execute: "qom-get", arguments: { path: device, property: "type" } });
      if (/"arm_gic"|"arm-gicv3"/.test(answer)) return device;
    }
    throw new Error("this QEMU's machine has no GIC that can be found");
  }

  #ask(question: object): Promise<string> {
    return new Promise((resolve) => {
      let answer = "";
      const listen = (chunk: Buffer): void => {
        answer += chunk;
        if (!/"(return|error)"/.test(answer) || !answer.endsWith("\n")) return;
        this.#monitor.off("data", listen);
        resolve(answer);
      };
      this.#monitor.on("data", listen);
      this.#monitor.write(`${JSON.stringify(question)}\n`);
    });
  }
}
