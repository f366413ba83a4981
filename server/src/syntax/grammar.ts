/**
 * The grammar: one statement a call, the AST built on the way. Decisions look at one token, and nothing is
 * recovered, because a broken line costs only itself. Where a rule can fail it names the place (places.ts);
 * syntax-problem.ts turns that into words.
 */
import type { IOrAlt, IToken, OrMethodOpts } from "chevrotain";
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
  "a value can only be expected of what returns one: reads, `mrs` and `user get`; " +
  "read it back on a line of its own";

/** The parser. Use parseLine: it also reads comments and puts faults into words. */
export class TraceParser extends ValueParser {
  /** The vCPU of the operation in hand. */
  #cpu: ast.CpuRef = { start: 0, end: 0, index: 0 };

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
        return { kind: "base", start, end: this.end(), frame: wordOf(frame), address };
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
        const host = wordOf(this.CONSUME(token.Host, at("host")));
        return { kind: "host", start, end: host.end, host };
      },
    },
  ];

  readonly declaration = this.RULE("declaration", () => this.OR(this.#declarations));

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
            return { kind: "host", host: wordOf(this.CONSUME(token.Host, at("host"))) };
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
          const value = this.#written(this.OPTION4(() => this.SUBRULE(this.value)));
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
          const value = this.#written(this.OPTION5(() => this.SUBRULE1(this.value)));
          const outcome = this.#valueless(this.OPTION3(() => this.SUBRULE3(this.outcome)));
          const end = this.end();
          return { kind: "sysreg", start: cpu.start, end, cpu, write: true, register, value, outcome };
        },
      },
      {
        ALT: () => {
          const cpu = this.#cpu;
          this.CONSUME(token.Run);
          return { kind: "run", start: cpu.start, end: this.end(), cpu };
        },
      },
    ],
    ERR_MSG: "access" satisfies Place,
  };

  readonly cpuOperation = this.RULE("cpuOperation", () => {
    this.#cpu = cpuOf(this.CONSUME(token.Cpu));
    return this.OR(this.#accesses);
  });

  // Operations of the VMM and of devices

  readonly userOperation = this.RULE("userOperation", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.User);
    return this.OR<ast.OperationStatement>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(token.Get);
            const target = this.SUBRULE(this.target);
            const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
            return { kind: "user", start, end: this.end(), verb: "get", target, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.SetKeyword);
            const target = this.SUBRULE1(this.target);
            const value = this.#written(this.OPTION3(() => this.SUBRULE(this.value)));
            const outcome = this.#valueless(this.OPTION1(() => this.SUBRULE1(this.outcome)));
            return { kind: "user", start, end: this.end(), verb: "set", target, value, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Has);
            const target = this.SUBRULE2(this.target);
            const outcome = this.#valueless(this.OPTION2(() => this.SUBRULE2(this.outcome)));
            return { kind: "user", start, end: this.end(), verb: "has", target, outcome };
          },
        },
      ],
      ERR_MSG: "verb" satisfies Place,
    });
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
      this.#mustBe(this.CONSUME(token.Word, at("kernel")), "kernel", places.kernel.words);
      return true;
    });
    return { kind: "line", start, end: this.end(), intid, cpu, level, byKernel: byKernel ?? false };
  });

  readonly settle = this.RULE("settle", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Settle);
    return { kind: "settle", start, end: this.end() };
  });

  readonly newMachine = this.RULE("newMachine", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.New);
    this.#mustBe(this.CONSUME(token.Word, at("machine")), "machine", places.machine.words);
    const revision = this.OPTION(() => {
      this.CONSUME(token.RevisionKeyword);
      return this.SUBRULE(this.integer);
    });
    return { kind: "new-vm", start, end: this.end(), revision };
  });

  readonly migrate = this.RULE("migrate", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Migrate);
    const to = this.OPTION(() => {
      this.CONSUME(token.To);
      return wordOf(this.CONSUME(token.Host, at("host")));
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
    const manager = this.OR<IToken>({
      DEF: [{ ALT: () => this.CONSUME(token.Word) }, { ALT: () => this.CONSUME(token.CloudHypervisor) }],
      ERR_MSG: "manager" satisfies Place,
    });
    this.#mustBe(manager, "manager", places.manager.words);
    return this.ACTION(() => wordOf(manager));
  });

  /** Checks a word that is a keyword only where it stands. */
  #mustBe(node: IToken, place: Place, words: readonly string[]): void {
    this.ACTION(() => {
      if (!words.includes(node.image)) this.note(node, { place });
    });
  }

  /** The value of a write, which must be there. */
  #written(value: ast.Expression | undefined): ast.Expression | undefined {
    if (value === undefined) this.ACTION(() => this.note(this.LA(1), { place: "writtenValue" }));
    return value;
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
