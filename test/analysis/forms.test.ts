import { expect, test } from "vitest";
import { FORMS, formOf } from "../../server/src/analysis/forms.ts";
import { TraceDocument } from "../../server/src/document/document.ts";
import { OPERATIONS, formOf as operationForm } from "../../server/src/syntax/operations.ts";
import { places } from "../../server/src/syntax/places.ts";
import { isOperation } from "../../server/src/syntax/statement.ts";

/** The statements that the examples of the forms are. */
const examples = Object.values(FORMS).map(({ example }) => ({
  example,
  statement: TraceDocument.of(example).lines.at(0).parsed.statement,
}));

/** Forms whose help is that of another: `user has init` of `user init`, `user save pending` of `user save its`. */
const sharing: readonly string[] = ["user-has-init", "save-pending"];

test("every form of an operation is shown by an example of the help", () => {
  const shown = examples.flatMap(({ statement }) =>
    statement !== undefined && isOperation(statement) ? [operationForm(statement)] : [],
  );
  const missing = Object.keys(OPERATIONS).filter((form) => !shown.some((one) => one === form));
  expect(missing.sort()).toEqual([...sharing].sort());
});

test("every example is a statement, found by its first words", () => {
  const wrong = examples.filter(
    ({ example, statement }) => statement === undefined || formOf(example) === undefined,
  );
  expect(wrong.map(({ example }) => example)).toEqual([]);
});

test("a statement's first word is known where one may start, so that a mistyped one is recognised", () => {
  const known: readonly string[] = places.statement.words;
  const first = examples.map(({ example }) => example.split(" ")[0]);
  expect(first.filter((word) => !known.includes(word) && !/^cpu\d+$/.test(word))).toEqual([]);
});
