/** The grammar of what else VMMs and devices do: memory, messages, lines, new VMs, migration. */
import type { OrMethodOpts } from "chevrotain";
import { type Place, places } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { UserCallParser } from "./user-calls.ts";
import { at, cpuOf, wordOf } from "./values.ts";
import { widthOf } from "./width.ts";

/** Only `faithful` has no versions. */
const managerForm = /^(?:faithful|(?:qemu|firecracker|cloud-hypervisor|crosvm)(?:-\d+(?:\.\d+)?)?)$/;

export abstract class MachineParser extends UserCallParser {
  /** Where the operation in hand starts. */
  #start = 0;

  readonly #memoryAccesses: OrMethodOpts<ast.OperationStatement> = {
    DEF: [
      {
        ALT: () => {
          const start = this.#start;
          const width = widthOf(this.CONSUME(token.Read).image);
          const target = this.SUBRULE(this.address);
          const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
          return { kind: "memory", start, end: this.end(), write: false, width, target, outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          const width = widthOf(this.CONSUME(token.Write).image);
          const target = this.SUBRULE1(this.address);
          const value = this.needed(
            "writtenValue",
            this.OPTION1(() => this.SUBRULE(this.value)),
          );
          return { kind: "memory", start, end: this.end(), write: true, width, target, value };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Fill);
          const target = this.SUBRULE2(this.address);
          const length = this.needed(
            "length",
            this.OPTION2(() => this.SUBRULE1(this.value)),
          );
          const byte = this.needed(
            "byte",
            this.OPTION3(() => this.SUBRULE2(this.value)),
          );
          return { kind: "memory-fill", start, end: this.end(), target, length, byte };
        },
      },
    ],
    ERR_MSG: "memoryAccess" satisfies Place,
  };

  readonly memoryOperation = this.RULE("memoryOperation", (): ast.OperationStatement => {
    this.#start = this.CONSUME(token.Memory).startOffset;
    return this.OR(this.#memoryAccesses);
  });

  readonly signal = this.RULE("signal", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Msi);
    const device = this.SUBRULE(this.device);
    const event = this.SUBRULE(this.event);
    const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
    return { kind: "msi", start, end: this.end(), device, event, outcome };
  });

  readonly lineOperation = this.RULE("lineOperation", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Line);
    const intid = this.SUBRULE(this.value);
    const cpu = this.OPTION(() => {
      this.CONSUME(token.At);
      return cpuOf(this.CONSUME(token.Cpu, at("cpu")));
    });
    const { image } = this.CONSUME(token.Level, at("level"));
    const level = image === "high" || image === "low" ? image : "pulse";
    const byKernel = this.OPTION1(() => {
      this.CONSUME(token.By);
      this.mustBe(this.CONSUME(token.Word, at("kernel")), "kernel", places.kernel.words);
      return true;
    });
    const outcome = this.valueless(this.OPTION2(() => this.SUBRULE(this.outcome)));
    const end = this.end();
    return { kind: "line", start, end, intid, cpu, level, byKernel: byKernel ?? false, outcome };
  });

  readonly settle = this.RULE("settle", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Settle);
    const outcome = this.valueless(this.OPTION(() => this.SUBRULE(this.outcome)));
    return { kind: "settle", start, end: this.end(), outcome };
  });

  readonly newMachine = this.RULE("newMachine", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.New);
    this.mustBe(this.CONSUME(token.Word, at("machine")), "machine", places.machine.words);
    const keepsMemory = this.OPTION(() => {
      this.CONSUME(token.Keeping);
      this.CONSUME(token.Memory, at("kept"));
      return true;
    });
    const revision = this.OPTION1(() => {
      this.CONSUME(token.RevisionKeyword);
      return this.SUBRULE(this.integer);
    });
    return { kind: "new-vm", start, end: this.end(), keepsMemory: keepsMemory ?? false, revision };
  });

  readonly migrate = this.RULE("migrate", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Migrate);
    const to = this.OPTION(() => {
      this.CONSUME(token.To);
      return this.SUBRULE(this.host);
    });
    const revision = this.OPTION1(() => {
      this.CONSUME(token.RevisionKeyword);
      return this.SUBRULE(this.integer);
    });
    const by = this.OPTION2(() => {
      this.CONSUME(token.By);
      return this.SUBRULE(this.manager);
    });
    const outcome = this.valueless(this.OPTION3(() => this.SUBRULE(this.outcome)));
    return { kind: "migrate", start, end: this.end(), to, revision, by, outcome };
  });

  readonly manager = this.RULE("manager", () => {
    const manager = this.CONSUME(token.Word, at("manager"));
    this.ACTION(() => {
      if (!managerForm.test(manager.image)) this.note(manager, { place: "manager" });
    });
    return this.ACTION(() => wordOf(manager));
  });
}
