/**
 * The grammar: one statement a call, the AST built on the way. Decisions look at one token, and nothing is
 * recovered, because a broken line costs only itself. Where a rule can fail it names the place
 * (places.ts); syntax-problem.ts turns that into words.
 */
import { EmbeddedActionsParser, type IParserErrorMessageProvider, type IToken, tokenLabel } from "chevrotain";
import { combine, isBinaryOperator } from "./combine.ts";
import { parseNumber } from "./number.ts";
import { expectations, type Place } from "./places.ts";
import type * as ast from "./statement.ts";
import type { Fault } from "./syntax-problem.ts";
import * as token from "./tokens.ts";

/** An error is only the name of the place; words are made from it elsewhere. */
const placesAsMessages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
  buildNotAllInputParsedMessage: () => "end",
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "",
};

function at(place: Place): { ERR_MSG: Place } {
  return { ERR_MSG: place };
}

function spanOf(node: IToken): ast.Span {
  return { start: node.startOffset, end: node.startOffset + node.image.length };
}

function wordOf(node: IToken): ast.Word {
  return { start: node.startOffset, end: node.startOffset + node.image.length, text: node.image };
}

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

/** `rev1`, `rev2+`, `rev1-2`; blanks may stand between the parts. */
function revisionsOf({ image, startOffset: start }: IToken): ast.RevisionSet {
  const end = start + image.length;
  const first = Number.parseInt(image.slice(3), 10);
  if (image.endsWith("+")) return { start, end, first, last: Number.POSITIVE_INFINITY };
  const dash = image.indexOf("-");
  return { start, end, first, last: dash === -1 ? first : Number.parseInt(image.slice(dash + 1), 10) };
}

function titleOf(node: IToken): string {
  return node.image.slice(1, -1).replace(/\\([\s\S])/g, "$1");
}

/** The parser. Use parseLine: it also reads comments and puts faults into words. */
export class TraceParser extends EmbeddedActionsParser {
  /** The first fault that did not stop the parser. */
  fault: Fault | undefined;

  /** `validate` also checks the grammar itself; that costs time, and a test does it. */
  constructor({ validate }: { validate: boolean }) {
    super([...token.vocabulary], {
      maxLookahead: 1,
      skipValidations: !validate,
      errorMessageProvider: placesAsMessages,
    });
    this.performSelfAnalysis();
  }

  override reset(): void {
    super.reset();
    this.fault = undefined;
  }

  // Statements

  readonly statement = this.RULE("statement", () =>
    this.OR<ast.Statement>({
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
    }),
  );

  readonly scenario = this.RULE("scenario", (): ast.ScenarioStatement => {
    const { startOffset: start } = this.CONSUME(token.Scenario);
    const title = this.CONSUME(token.StringLiteral, at("title"));
    return { kind: "scenario", start, end: this.#end(), title: titleOf(title), titleSpan: spanOf(title) };
  });

  readonly declaration = this.RULE("declaration", () =>
    this.OR<ast.Declaration>([
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
          return { kind: "compare", start, end: this.#end(), items };
        },
      },
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME(token.Base);
          const frame = this.CONSUME1(token.Word, at("frame"));
          this.ACTION(() => this.#mustBe(frame, "frame", expectations.frame.words));
          const address = this.SUBRULE(this.value);
          return { kind: "base", start, end: this.#end(), frame: wordOf(frame), address };
        },
      },
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME(token.Let);
          const name = wordOf(this.CONSUME2(token.Word, at("name")));
          this.CONSUME(token.Assign, at("assign"));
          const value = this.SUBRULE1(this.value);
          return { kind: "let", start, end: this.#end(), name, value };
        },
      },
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME(token.HostKeyword);
          const host = wordOf(this.CONSUME(token.Host, at("host")));
          return { kind: "host", start, end: host.end, host };
        },
      },
    ]),
  );

  readonly compared = this.RULE("compared", (): readonly ast.CompareItem[] => {
    const items: ast.CompareItem[] = [];
    this.OR({
      DEF: [
        {
          ALT: () => {
            const none = this.CONSUME(token.Word);
            this.ACTION(() => this.#mustBe(none, "compared", ["none"]));
          },
        },
        {
          ALT: () => {
            items.push(this.SUBRULE(this.comparedItem));
            this.MANY(() => {
              this.CONSUME(token.Comma);
              items.push(this.SUBRULE1(this.comparedItem));
            });
          },
        },
      ],
      ERR_MSG: "compared" satisfies Place,
    });
    return items;
  });

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

  // Operations

  readonly cpuOperation = this.RULE("cpuOperation", (): ast.OperationStatement => {
    const cpu = this.SUBRULE(this.cpu);
    const { start } = cpu;
    return this.OR<ast.OperationStatement>({
      DEF: [
        {
          ALT: () => {
            const width = widthOf(this.CONSUME(token.Read).image);
            const target = this.SUBRULE(this.target);
            const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
            return { kind: "mmio", start, end: this.#end(), cpu, write: false, width, target, outcome };
          },
        },
        {
          ALT: () => {
            const width = widthOf(this.CONSUME(token.Write).image);
            const target = this.SUBRULE1(this.target);
            const value = this.SUBRULE(this.written);
            const outcome = this.OPTION1(() => this.SUBRULE1(this.outcome));
            this.#valueless(outcome);
            return { kind: "mmio", start, end: this.#end(), cpu, write: true, width, target, value, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Mrs);
            const register = wordOf(this.CONSUME(token.Word, at("systemRegister")));
            const outcome = this.OPTION2(() => this.SUBRULE2(this.outcome));
            return { kind: "sysreg", start, end: this.#end(), cpu, write: false, register, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Msr);
            const register = wordOf(this.CONSUME1(token.Word, at("systemRegister")));
            const value = this.SUBRULE1(this.written);
            const outcome = this.OPTION3(() => this.SUBRULE3(this.outcome));
            this.#valueless(outcome);
            return { kind: "sysreg", start, end: this.#end(), cpu, write: true, register, value, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Run);
            return { kind: "run", start, end: this.#end(), cpu };
          },
        },
      ],
      ERR_MSG: "access" satisfies Place,
    });
  });

  readonly userOperation = this.RULE("userOperation", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.User);
    return this.OR<ast.OperationStatement>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(token.Get);
            const target = this.SUBRULE(this.target);
            const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
            return { kind: "user", start, end: this.#end(), verb: "get", target, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.SetKeyword);
            const target = this.SUBRULE1(this.target);
            const value = this.SUBRULE(this.written);
            const outcome = this.OPTION1(() => this.SUBRULE1(this.outcome));
            this.#valueless(outcome);
            return { kind: "user", start, end: this.#end(), verb: "set", target, value, outcome };
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Has);
            const target = this.SUBRULE2(this.target);
            const outcome = this.OPTION2(() => this.SUBRULE2(this.outcome));
            this.#valueless(outcome);
            return { kind: "user", start, end: this.#end(), verb: "has", target, outcome };
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
      return this.SUBRULE(this.cpu);
    });
    const { image } = this.CONSUME(token.Level, at("level"));
    const level = image === "high" || image === "low" ? image : "pulse";
    const byKernel = this.OPTION1(() => {
      this.CONSUME(token.By);
      const owner = this.CONSUME(token.Word, at("kernel"));
      this.ACTION(() => this.#mustBe(owner, "kernel", expectations.kernel.words));
      return true;
    });
    return { kind: "line", start, end: this.#end(), intid, cpu, level, byKernel: byKernel ?? false };
  });

  readonly settle = this.RULE("settle", (): ast.OperationStatement => {
    return { kind: "settle", ...spanOf(this.CONSUME(token.Settle)) };
  });

  readonly newMachine = this.RULE("newMachine", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.New);
    const machine = this.CONSUME(token.Word, at("machine"));
    this.ACTION(() => this.#mustBe(machine, "machine", expectations.machine.words));
    const revision = this.OPTION(() => this.SUBRULE(this.revision));
    return { kind: "new-vm", start, end: this.#end(), revision };
  });

  readonly migrate = this.RULE("migrate", (): ast.OperationStatement => {
    const { startOffset: start } = this.CONSUME(token.Migrate);
    const to = this.OPTION(() => {
      this.CONSUME(token.To);
      return wordOf(this.CONSUME(token.Host, at("host")));
    });
    const revision = this.OPTION1(() => this.SUBRULE(this.revision));
    const by = this.OPTION2(() => {
      this.CONSUME(token.By);
      return this.SUBRULE(this.manager);
    });
    const outcome = this.OPTION3(() => this.SUBRULE(this.outcome));
    this.#valueless(outcome);
    return { kind: "migrate", start, end: this.#end(), to, revision, by, outcome };
  });

  readonly manager = this.RULE("manager", () => {
    const manager = this.OR<IToken>({
      DEF: [{ ALT: () => this.CONSUME(token.Word) }, { ALT: () => this.CONSUME(token.CloudHypervisor) }],
      ERR_MSG: "manager" satisfies Place,
    });
    this.ACTION(() => this.#mustBe(manager, "manager", expectations.manager.words));
    return this.ACTION(() => wordOf(manager));
  });

  readonly revision = this.RULE("revision", () => {
    this.CONSUME(token.RevisionKeyword);
    return this.SUBRULE(this.integer);
  });

  readonly cpu = this.RULE("cpu", (): ast.CpuRef => {
    const node = this.CONSUME(token.Cpu, at("cpu"));
    return {
      start: node.startOffset,
      end: node.startOffset + node.image.length,
      index: Number(node.image.slice(3)),
    };
  });

  readonly target = this.RULE(
    "target",
    (): ast.Target =>
      this.OR<ast.Target>({
        DEF: [
          {
            ALT: () => {
              const base = this.SUBRULE(this.nameOrField);
              const cpu = this.OPTION(() => {
                this.CONSUME(token.At);
                return this.SUBRULE(this.cpu);
              });
              const offsets: ast.Expression[] = [];
              this.MANY(() => {
                this.CONSUME(token.Plus);
                offsets.push(this.SUBRULE(this.atom));
              });
              return { start: base.start, end: this.#end(), base, cpu, offsets };
            },
          },
          {
            ALT: () => {
              const base = this.SUBRULE(this.number);
              return { start: base.start, end: base.end, base, offsets: [] };
            },
          },
          {
            ALT: () => {
              const base = this.SUBRULE(this.parenthesized);
              return { start: base.start, end: base.end, base, offsets: [] };
            },
          },
        ],
        ERR_MSG: "target" satisfies Place,
      }),
  );

  /** The value of a write; only a write says that it needs one. */
  readonly written = this.RULE("written", (): ast.Expression | undefined => {
    const value = this.OPTION(() => this.SUBRULE(this.value));
    this.ACTION(() => {
      if (value === undefined) this.#note(this.LA(1), { place: "writtenValue" });
    });
    return value;
  });

  // Outcomes

  readonly outcome = this.RULE("outcome", () =>
    this.OR<ast.Outcome>([
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME(token.And);
          const mask = this.SUBRULE(this.value);
          this.CONSUME(token.Equals, at("equals"));
          const expected = this.SUBRULE(this.expected);
          return { start, end: this.#end(), mask, expected };
        },
      },
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME1(token.Equals);
          const expected = this.SUBRULE1(this.expected);
          return { start, end: this.#end(), expected };
        },
      },
      {
        ALT: () => {
          const is = this.SUBRULE(this.failure);
          return { start: is.start, end: is.end, expected: { kind: "always", is } };
        },
      },
    ]),
  );

  readonly expected = this.RULE("expected", () =>
    this.OR<ast.Outcome["expected"]>({
      DEF: [
        {
          ALT: () => {
            const value = this.SUBRULE(this.value);
            return { kind: "always", is: { kind: "value", start: value.start, end: value.end, value } };
          },
        },
        {
          ALT: () => {
            const cases = [this.SUBRULE(this.revisionCase)];
            this.MANY(() => {
              this.CONSUME(token.Comma);
              cases.push(this.SUBRULE1(this.revisionCase));
            });
            return { kind: "by-revision", cases };
          },
        },
      ],
      ERR_MSG: "expected" satisfies Place,
    }),
  );

  readonly revisionCase = this.RULE("revisionCase", (): ast.RevisionCase => {
    const revisions = revisionsOf(this.CONSUME(token.Revisions, at("revisionCase")));
    this.CONSUME(token.Colon, at("colon"));
    const expected = this.SUBRULE(this.caseAnswer);
    return { start: revisions.start, end: expected.end, revisions, expected };
  });

  readonly caseAnswer = this.RULE("caseAnswer", () =>
    this.OR<ast.Expected>({
      DEF: [
        {
          ALT: () => {
            const value = this.SUBRULE(this.value);
            return { kind: "value", start: value.start, end: value.end, value };
          },
        },
        { ALT: () => ({ kind: "ok", ...spanOf(this.CONSUME(token.Ok)) }) },
        { ALT: () => this.SUBRULE(this.failure) },
      ],
      ERR_MSG: "caseAnswer" satisfies Place,
    }),
  );

  readonly failure = this.RULE("failure", () =>
    this.OR<ast.Expected>([
      { ALT: () => ({ kind: "aborts", ...spanOf(this.CONSUME(token.Aborts)) }) },
      { ALT: () => ({ kind: "exits", ...spanOf(this.CONSUME(token.Exits)) }) },
      {
        ALT: () => {
          const { startOffset: start } = this.CONSUME(token.Fails);
          const errno = wordOf(this.CONSUME(token.Word, at("errno")));
          return { kind: "fails", start, end: errno.end, errno };
        },
      },
    ]),
  );

  // Values

  readonly value = this.RULE("value", (): ast.Expression => {
    const first = this.SUBRULE(this.operand);
    let operands: ast.Expression[] | undefined;
    const operators: ast.BinaryOperator[] = [];
    this.MANY(() => {
      const { image } = this.CONSUME(token.BinaryOperator);
      const operand = this.SUBRULE1(this.operand);
      if (isBinaryOperator(image)) operators.push(image);
      operands ??= [first];
      operands.push(operand);
    });
    return this.ACTION(() => (operands === undefined ? first : combine(operands, operators)));
  });

  readonly operand = this.RULE("operand", (): ast.Expression => {
    const complements: IToken[] = [];
    this.MANY(() => {
      complements.push(this.CONSUME(token.Not));
    });
    let operand = this.SUBRULE(this.atom, { ARGS: ["value"] });
    if (complements.length === 0) return operand;
    for (const { startOffset: start } of complements.reverse()) {
      operand = { kind: "unary", start, end: operand.end, operator: "~", operand };
    }
    return operand;
  });

  readonly atom = this.RULE("atom", (place: Place = "offset") =>
    this.OR<ast.Expression>({
      DEF: [
        { ALT: () => this.SUBRULE(this.number) },
        { ALT: () => this.SUBRULE(this.nameOrField) },
        { ALT: () => this.SUBRULE(this.parenthesized) },
      ],
      ERR_MSG: place,
    }),
  );

  readonly number = this.RULE("number", (): ast.Expression => {
    const node = this.CONSUME(token.NumberLiteral);
    return {
      kind: "number",
      start: node.startOffset,
      end: node.startOffset + node.image.length,
      value: this.#number(node),
    };
  });

  readonly nameOrField = this.RULE("nameOrField", (): ast.Expression => {
    const name = this.CONSUME(token.Word);
    const field = this.OPTION(() => {
      this.CONSUME(token.Dot);
      return wordOf(this.CONSUME1(token.Word, at("field")));
    });
    if (field === undefined)
      return { kind: "name", start: name.startOffset, end: this.#end(), name: name.image };
    return {
      kind: "field",
      start: name.startOffset,
      end: this.#end(),
      register: wordOf(name),
      field,
    };
  });

  readonly parenthesized = this.RULE("parenthesized", (): ast.Expression => {
    const { startOffset: start } = this.CONSUME(token.LeftParenthesis);
    const value: ast.Expression = this.SUBRULE(this.value);
    this.CONSUME(token.RightParenthesis, at("closing"));
    return { ...value, start, end: this.#end() };
  });

  readonly integer = this.RULE("integer", (): ast.IntegerLiteral => {
    const node = this.CONSUME(token.NumberLiteral, at("integer"));
    return { ...spanOf(node), value: this.#number(node) };
  });

  /** Where the last token ends. */
  #end(): number {
    const last = this.LA(0);
    return last.startOffset + last.image.length;
  }

  #number(node: IToken): bigint {
    const value = parseNumber(node.image);
    if (typeof value === "bigint") return value;
    this.#note(node, { message: value });
    return 0n;
  }

  #note(node: IToken, what: { place: Place } | { message: string }): void {
    this.fault ??= { ...spanOf(node), ...what };
  }

  /** Checks a word that is a keyword only where it stands. */
  #mustBe(node: IToken, place: Place, words: readonly string[]): void {
    if (!words.includes(node.image)) this.#note(node, { place });
  }

  /** Notes an expected value where the operation returns none. */
  #valueless(outcome: ast.Outcome | undefined): void {
    this.ACTION(() => {
      if (outcome === undefined || this.fault !== undefined) return;
      const { expected, mask } = outcome;
      const answers = expected.kind === "always" ? [expected.is] : expected.cases.map((one) => one.expected);
      const culprit = mask ?? answers.find(({ kind }) => kind === "value");
      if (culprit === undefined) return;
      this.fault = { start: culprit.start, end: culprit.end, message: valueOfNothing };
    });
  }
}

const valueOfNothing =
  "a value can only be expected of what returns one: reads, `mrs` and `user get`; " +
  "read it back on a line of its own";
