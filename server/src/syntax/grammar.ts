/**
 * The grammar: one statement a call, the AST built on the way. Decisions look at one token, and nothing is
 * recovered, because a broken line costs only itself. Where a rule can fail it names the place (places.ts);
 * syntax-problem.ts turns that into words.
 */
import { type IOrAlt, type IToken, type OrMethodOpts, tokenMatcher } from "chevrotain";
import { at, cpuOf, endOf, revisionsOf, ValueParser, wordOf } from "./grammar-values.ts";
import { titleOf } from "./leaves.ts";
import { type Place, places } from "./places.ts";
import type * as ast from "./statement.ts";
import * as token from "./tokens.ts";

function widthOf(access: string): ast.Width {
  switch (access.at(-1)) {
    case "b":
      return 1;
    case "w":
      return 2;
    case "q":
      return 8;
    default:
      return 4;
  }
}

const valueOfNothing =
  "a value can only be expected of what returns one: reads, `mrs`, `user get` and `msi`; " +
  "read it back on a line of its own";

/** Stands for a value that is missing: there is a fault then, and no statement. */
const nothing: ast.Expression = { kind: "number", start: 0, end: 0, value: 0n };

/** Only `faithful` has no versions. */
const managerForm = /^(?:faithful|(?:qemu|firecracker|cloud-hypervisor|crosvm)(?:-\d+(?:\.\d+)?)?)$/;

type Of<Kind> = Extract<ast.OperationStatement, { kind: Kind }>;

/** The parser. Use parseLine: it also reads comments and puts faults into words. */
export class TraceParser extends ValueParser {
  /** The vCPU of the operation in hand. */
  #cpu: ast.CpuRef = { start: 0, end: 0, index: 0 };
  /** Where the operation in hand starts. */
  #start = 0;

  constructor(options: { validate: boolean }) {
    super(options);
    this.performSelfAnalysis();
  }

  readonly #statements: OrMethodOpts<ast.Statement> = {
    DEF: [
      { ALT: () => this.SUBRULE(this.cpuOperation) },
      { ALT: () => this.SUBRULE(this.userOperation) },
      { ALT: () => this.SUBRULE(this.lineOperation) },
      { ALT: () => this.SUBRULE(this.settle) },
      { ALT: () => this.SUBRULE(this.newMachine) },
      { ALT: () => this.SUBRULE(this.migrate) },
      { ALT: () => this.SUBRULE(this.memoryOperation) },
      { ALT: () => this.SUBRULE(this.signal) },
      { ALT: () => this.SUBRULE(this.declaration) },
      { ALT: () => this.SUBRULE(this.scenario) },
    ],
    ERR_MSG: "statement" satisfies Place,
  };

  readonly statement = this.RULE("statement", () => this.OR(this.#statements));

  readonly scenario = this.RULE("scenario", (): ast.ScenarioStatement => {
    const { startOffset: start } = this.CONSUME(token.Scenario);
    const title = this.CONSUME(token.StringLiteral, at("title"));
    const end = endOf(title);
    return {
      kind: "scenario",
      start,
      end,
      title: titleOf(title.image),
      titleSpan: { start: title.startOffset, end },
    };
  });

  // Declarations

  readonly #declarations: IOrAlt<ast.Declaration>[] = [
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Gic);
        const model = wordOf(this.CONSUME(token.Word, at("model")));
        return { kind: "gic", start, end: model.end, model };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.RevisionKeyword);
        const revision = this.SUBRULE(this.integer);
        return { kind: "revision", start, end: revision.end, revision };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Cpus);
        const count = this.SUBRULE1(this.integer);
        return { kind: "cpus", start, end: count.end, count };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Irqs);
        const count = this.SUBRULE2(this.integer);
        return { kind: "irqs", start, end: count.end, count };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Compare);
        const items = this.SUBRULE(this.compared);
        return { kind: "compare", start, end: this.end(), items };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Base);
        const frame = this.CONSUME1(token.Word, at("frame"));
        this.#mustBe(frame, "frame", places.frame.words);
        const address = this.SUBRULE(this.value);
        const count = this.OPTION(() => {
          this.CONSUME(token.Count);
          return this.SUBRULE3(this.integer);
        });
        return { kind: "base", start, end: this.end(), frame: wordOf(frame), address, count };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Let);
        const name = wordOf(this.CONSUME2(token.Word, at("name")));
        this.CONSUME(token.Assign, at("assign"));
        const value = this.SUBRULE1(this.value);
        return { kind: "let", start, end: this.end(), name, value };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.HostKeyword);
        const host = this.SUBRULE(this.host);
        return { kind: "host", start, end: host.end, host };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Hardware);
        const quantities = [this.SUBRULE(this.quantity)];
        this.MANY(() => quantities.push(this.SUBRULE1(this.quantity)));
        return { kind: "hardware", start, end: this.end(), quantities };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Created);
        return { kind: "created", start, end: this.end() };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Its);
        return { kind: "its", start, end: this.end() };
      },
    },
    {
      ALT: () => {
        const { startOffset: start } = this.CONSUME(token.Ram);
        const begin = this.SUBRULE2(this.value);
        const size = this.#needed(
          "size",
          this.OPTION1(() => this.SUBRULE3(this.value)),
        );
        return { kind: "ram", start, end: this.end(), begin, size };
      },
    },
  ];

  readonly declaration = this.RULE("declaration", () => this.OR(this.#declarations));

  readonly quantity = this.RULE("quantity", (): ast.Quantity => {
    const name = this.CONSUME(token.QuantityName, at("quantity"));
    this.#mustBe(name, "quantity", places.quantity.words);
    const value = this.SUBRULE(this.integer);
    return { start: name.startOffset, end: value.end, name: wordOf(name), value };
  });

  readonly compared = this.RULE("compared", () =>
    this.OR<readonly ast.CompareItem[]>({
      DEF: [
        {
          ALT: () => {
            this.#mustBe(this.CONSUME(token.Word), "compared", ["none"]);
            return [];
          },
        },
        {
          ALT: () => {
            const items = [this.SUBRULE(this.comparedItem)];
            this.MANY(() => {
              this.CONSUME(token.Comma);
              items.push(this.SUBRULE1(this.comparedItem));
            });
            return items;
          },
        },
      ],
      ERR_MSG: "compared" satisfies Place,
    }),
  );

  readonly comparedItem = this.RULE("comparedItem", () =>
    this.OR<ast.CompareItem>({
      DEF: [
        { ALT: () => ({ kind: "revisions", revisions: revisionsOf(this.CONSUME(token.Revisions)) }) },
        {
          ALT: () => {
            this.CONSUME(token.HostKeyword);
            return { kind: "host", host: this.SUBRULE(this.host) };
          },
        },
      ],
      ERR_MSG: "comparedItem" satisfies Place,
    }),
  );

  // Operations of the guest

  readonly #accesses: OrMethodOpts<ast.OperationStatement> = {
    DEF: [
      {
        ALT: () => {
          const cpu = this.#cpu;
          const width = widthOf(this.CONSUME(token.Read).image);
          const target = this.SUBRULE(this.target);
          const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
          return {
            kind: "mmio",
            start: cpu.start,
            end: this.end(),
            cpu,
            write: false,
            width,
            target,
            outcome,
          };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          const width = widthOf(this.CONSUME(token.Write).image);
          const target = this.SUBRULE1(this.target);
          const value = this.#needed(
            "writtenValue",
            this.OPTION4(() => this.SUBRULE(this.value)),
          );
          const outcome = this.#valueless(this.OPTION1(() => this.SUBRULE1(this.outcome)));
          const end = this.end();
          return { kind: "mmio", start: cpu.start, end, cpu, write: true, width, target, value, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Mrs);
          const register = wordOf(this.CONSUME(token.Word, at("systemRegister")));
          const outcome = this.OPTION2(() => this.SUBRULE2(this.outcome));
          return { kind: "sysreg", start: cpu.start, end: this.end(), cpu, write: false, register, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Msr);
          const register = wordOf(this.CONSUME1(token.Word, at("systemRegister")));
          const value = this.#needed(
            "writtenValue",
            this.OPTION5(() => this.SUBRULE1(this.value)),
          );
          const outcome = this.#valueless(this.OPTION3(() => this.SUBRULE3(this.outcome)));
          const end = this.end();
          return { kind: "sysreg", start: cpu.start, end, cpu, write: true, register, value, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Run);
          const outcome = this.#valueless(this.OPTION6(() => this.SUBRULE4(this.outcome)));
          return { kind: "run", start: cpu.start, end: this.end(), cpu, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Its);
          const { command, operands } = this.SUBRULE(this.itsCommand);
          return { kind: "its-command", start: cpu.start, end: this.end(), cpu, command, operands };
        },
      },
    ],
    ERR_MSG: "access" satisfies Place,
  };

  readonly cpuOperation = this.RULE("cpuOperation", () => {
    this.#cpu = cpuOf(this.CONSUME(token.Cpu));
    return this.OR(this.#accesses);
  });

  // Commands of the ITS

  readonly #itsCommands: OrMethodOpts<Pick<Of<"its-command">, "command" | "operands">> = {
    DEF: [
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Mapd));
          const device = this.SUBRULE(this.device);
          const table = this.OR1<ast.ItsOperands>({
            DEF: [
              {
                ALT: () => {
                  this.CONSUME(token.Itt);
                  const itt = this.SUBRULE(this.value);
                  this.CONSUME(token.Bits, at("bits"));
                  return { itt, bits: this.SUBRULE1(this.value) };
                },
              },
              {
                ALT: () => {
                  this.CONSUME(token.Off);
                  return {};
                },
              },
            ],
            ERR_MSG: "table" satisfies Place,
          });
          return { command, operands: { device, ...table } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Mapc));
          const collection = this.SUBRULE(this.collection);
          const redistributor = this.OR2<ast.ItsOperands>({
            DEF: [
              { ALT: () => ({ to: this.SUBRULE(this.toCpu) }) },
              {
                ALT: () => {
                  this.CONSUME1(token.Off);
                  return {};
                },
              },
            ],
            ERR_MSG: "redistributor" satisfies Place,
          });
          return { command, operands: { collection, ...redistributor } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Mapti));
          const device = this.SUBRULE1(this.device);
          const event = this.SUBRULE(this.event);
          this.CONSUME(token.Lpi, at("lpi"));
          const lpi = this.SUBRULE2(this.value);
          return { command, operands: { device, event, lpi, collection: this.SUBRULE1(this.collection) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.EventToCollection));
          const device = this.SUBRULE2(this.device);
          const event = this.SUBRULE1(this.event);
          return { command, operands: { device, event, collection: this.SUBRULE2(this.collection) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Movall));
          const from = cpuOf(this.CONSUME(token.Cpu, at("cpu")));
          return { command, operands: { from, to: this.SUBRULE1(this.toCpu) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.AboutEvent));
          const device = this.SUBRULE3(this.device);
          return { command, operands: { device, event: this.SUBRULE2(this.event) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Invall));
          return { command, operands: { collection: this.SUBRULE3(this.collection) } };
        },
      },
      {
        ALT: () => {
          const command = wordOf(this.CONSUME(token.Sync));
          return { command, operands: { to: cpuOf(this.CONSUME1(token.Cpu, at("cpu"))) } };
        },
      },
    ],
    ERR_MSG: "itsCommand" satisfies Place,
  };

  readonly itsCommand = this.RULE("itsCommand", () => this.OR(this.#itsCommands));

  readonly device = this.RULE("device", () => {
    this.CONSUME(token.Device, at("device"));
    return this.SUBRULE(this.value);
  });

  readonly event = this.RULE("event", () => {
    this.CONSUME(token.EventKeyword, at("event"));
    return this.SUBRULE(this.value);
  });

  readonly collection = this.RULE("collection", () => {
    this.CONSUME(token.Collection, at("collection"));
    return this.SUBRULE(this.value);
  });

  readonly toCpu = this.RULE("toCpu", () => {
    this.CONSUME(token.To, at("otherCpu"));
    return cpuOf(this.CONSUME(token.Cpu, at("cpu")));
  });

  // Operations of the VMM and of devices

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
          const value = this.#needed(
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
          const length = this.#needed(
            "length",
            this.OPTION2(() => this.SUBRULE1(this.value)),
          );
          const byte = this.#needed(
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

  readonly userOperation = this.RULE("userOperation", (): ast.OperationStatement => {
    this.#start = this.CONSUME(token.User).startOffset;
    return this.OR(this.#userVerbs);
  });

  readonly #userVerbs: OrMethodOpts<ast.OperationStatement> = {
    DEF: [
      { ALT: () => this.SUBRULE(this.userGet) },
      { ALT: () => this.SUBRULE(this.userSet) },
      { ALT: () => this.SUBRULE(this.userHas) },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Init);
          const outcome = this.#valueless(this.OPTION(() => this.SUBRULE(this.outcome)));
          return { kind: "init", start, end: this.end(), verb: "do", outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Save);
          const action = this.OR1<ast.TablesAction>({
            DEF: [
              {
                ALT: () => {
                  this.CONSUME(token.Its);
                  return "save its";
                },
              },
              {
                ALT: () => {
                  this.CONSUME(token.Pending);
                  return "save pending";
                },
              },
            ],
            ERR_MSG: "saved" satisfies Place,
          });
          const outcome = this.#valueless(this.OPTION1(() => this.SUBRULE1(this.outcome)));
          return { kind: "tables", start, end: this.end(), action, outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Restore);
          this.CONSUME1(token.Its, at("tables"));
          const outcome = this.#valueless(this.OPTION2(() => this.SUBRULE2(this.outcome)));
          return { kind: "tables", start, end: this.end(), action: "restore its", outcome };
        },
      },
      {
        ALT: () => {
          const start = this.#start;
          this.CONSUME(token.Reset);
          this.CONSUME2(token.Its, at("tables"));
          const outcome = this.#valueless(this.OPTION3(() => this.SUBRULE3(this.outcome)));
          return { kind: "tables", start, end: this.end(), action: "reset its", outcome };
        },
      },
    ],
    ERR_MSG: "verb" satisfies Place,
  };

  readonly userGet = this.RULE("userGet", (): ast.OperationStatement => {
    const start = this.#start;
    this.CONSUME(token.Get);
    const subject = this.OR<ast.Word | ast.Target>({
      DEF: [
        // Where a setting may stand, its name is no register.
        { ALT: () => wordOf(this.CONSUME(token.Setting)), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.target) },
      ],
      ERR_MSG: "target" satisfies Place,
    });
    const region = this.OPTION({
      GATE: () => "text" in subject && !tokenMatcher(this.LA(1), token.QuantifierKeyword),
      DEF: () => this.SUBRULE(this.value),
    });
    const outcome = this.OPTION1(() => this.SUBRULE(this.outcome));
    const end = this.end();
    if (!("text" in subject)) return { kind: "user", start, end, verb: "get", target: subject, outcome };
    this.ACTION(() => this.#checkRegion(subject, region));
    return { kind: "setting", start, end, verb: "get", setting: subject, region, outcome };
  });

  readonly userSet = this.RULE("userSet", (): ast.OperationStatement => {
    const start = this.#start;
    this.CONSUME(token.SetKeyword);
    const subject = this.OR<ast.Word | ast.Target>({
      DEF: [
        // Where a setting may stand, its name is no register.
        { ALT: () => wordOf(this.CONSUME(token.Setting)), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.target) },
      ],
      ERR_MSG: "target" satisfies Place,
    });
    const value = this.#needed(
      "writtenValue",
      this.OPTION(() => this.SUBRULE(this.value)),
    );
    const outcome = this.#valueless(this.OPTION1(() => this.SUBRULE(this.outcome)));
    const end = this.end();
    if ("text" in subject)
      return { kind: "setting", start, end, verb: "set", setting: subject, value, outcome };
    return { kind: "user", start, end, verb: "set", target: subject, value, outcome };
  });

  readonly userHas = this.RULE("userHas", (): ast.OperationStatement => {
    const start = this.#start;
    this.CONSUME(token.Has);
    const subject = this.OR<ast.Word | ast.Target | "init">({
      DEF: [
        // Where a setting may stand, its name is no register.
        { ALT: () => wordOf(this.CONSUME(token.Setting)), IGNORE_AMBIGUITIES: true },
        {
          ALT: () => {
            this.CONSUME(token.Init);
            return "init";
          },
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.target) },
      ],
      ERR_MSG: "target" satisfies Place,
    });
    const outcome = this.#valueless(this.OPTION(() => this.SUBRULE(this.outcome)));
    const end = this.end();
    if (subject === "init") return { kind: "init", start, end, verb: "has", outcome };
    if ("text" in subject) return { kind: "setting", start, end, verb: "has", setting: subject, outcome };
    return { kind: "user", start, end, verb: "has", target: subject, outcome };
  });

  /** A region is named by its index, and nothing else is. */
  #checkRegion({ text }: ast.Word, region: ast.Expression | undefined): void {
    if (text === "REDIST_REGION") this.#needed("region", region);
    else if (region !== undefined) {
      const message = `\`${text}\` has no index: to expect a value, write \`==\` in front of it`;
      this.fault ??= { start: region.start, end: region.end, message };
    }
  }

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
      this.#mustBe(this.CONSUME(token.Word, at("kernel")), "kernel", places.kernel.words);
      return true;
    });
    const outcome = this.#valueless(this.OPTION2(() => this.SUBRULE(this.outcome)));
    const end = this.end();
    return { kind: "line", start, end, intid, cpu, level, byKernel: byKernel ?? false, outcome };
  });

  readonly settle = this.RULE("settle", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Settle);
    const outcome = this.#valueless(this.OPTION(() => this.SUBRULE(this.outcome)));
    return { kind: "settle", start, end: this.end(), outcome };
  });

  readonly newMachine = this.RULE("newMachine", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.New);
    this.#mustBe(this.CONSUME(token.Word, at("machine")), "machine", places.machine.words);
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
    const outcome = this.#valueless(this.OPTION3(() => this.SUBRULE(this.outcome)));
    return { kind: "migrate", start, end: this.end(), to, revision, by, outcome };
  });

  readonly manager = this.RULE("manager", () => {
    const manager = this.CONSUME(token.Word, at("manager"));
    this.ACTION(() => {
      if (!managerForm.test(manager.image)) this.note(manager, { place: "manager" });
    });
    return this.ACTION(() => wordOf(manager));
  });

  /** Checks a word that is a keyword only where it stands. */
  #mustBe(node: IToken, place: Place, words: readonly string[]): void {
    this.ACTION(() => {
      if (!words.includes(node.image)) this.note(node, { place });
    });
  }

  /** A value that must be there. Read as if it need not, so that the fault can name its place. */
  #needed(place: Place, value: ast.Expression | undefined): ast.Expression {
    if (value !== undefined) return value;
    this.ACTION(() => this.note(this.LA(1), { place }));
    return nothing;
  }

  /** The outcome of an operation that returns nothing: no value may be expected. */
  #valueless(outcome: ast.Outcome | undefined): ast.Outcome | undefined {
    if (outcome === undefined) return undefined;
    this.ACTION(() => {
      const { expected, mask } = outcome;
      const answers = expected.kind === "always" ? [expected.is] : expected.cases.map((one) => one.expected);
      const culprit = mask ?? answers.find(({ kind }) => kind === "value");
      if (culprit === undefined) return;
      this.fault ??= { start: culprit.start, end: culprit.end, message: valueOfNothing };
    });
    return outcome;
  }
}
