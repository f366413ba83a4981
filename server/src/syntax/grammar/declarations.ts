/** The grammar of declarations. */
import type { IOrAlt } from "chevrotain";
import { type Place, places } from "../places.ts";
import type * as ast from "../statement.ts";
import * as token from "../tokens.ts";
import { OutcomeParser } from "./outcomes.ts";
import { at, revisionsOf, wordOf } from "./values.ts";

export abstract class DeclarationParser extends OutcomeParser {
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
        this.mustBe(frame, "frame", places.frame.words);
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
        const size = this.needed(
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
    this.mustBe(name, "quantity", places.quantity.words);
    const value = this.SUBRULE(this.integer);
    return { start: name.startOffset, end: value.end, name: wordOf(name), value };
  });

  readonly compared = this.RULE("compared", () =>
    this.OR<readonly ast.CompareItem[]>({
      DEF: [
        {
          ALT: () => {
            this.mustBe(this.CONSUME(token.Word), "compared", ["none"]);
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
}
