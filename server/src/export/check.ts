/** The line of a C test that does one operation and compares its answer: `check(LINE, TEXT, ACTION, WANT);`. */
import { cString, hexLiteral } from "./c.ts";
import type { Item } from "./scenario.ts";

export function checkLine(item: Item, action: string): string {
  return `\tcheck(${item.lineNumber}, ${cString(item.text)},\n\t      ${action}, ${wantOf(item)});`;
}

function wantOf({ want, mask }: Item): string {
  const { ending, value } = want;
  switch (ending) {
    case "ok":
      if (value === undefined) return "success()";
      return mask === undefined
        ? `value(${hexLiteral(value)})`
        : `masked(${hexLiteral(mask)}, ${hexLiteral(value)})`;
    case "abort":
      return "aborts()";
    case "exit":
      return "exits()";
    default:
      return `fails(${ending})`;
  }
}

/** What is written, as a literal. */
export function writtenLiteral({ low, high }: { readonly low: number; readonly high: number }): string {
  return hexLiteral((BigInt(high) << 32n) | BigInt(low));
}

/** What every such test needs to compare answers: an answer, what is wanted, and the words for both. */
export const comparing = `enum ending { SUCCESS, ABORTED, EXITED, FAILED };

struct answer {
	enum ending ending;
	int error;
	uint64_t value;
};

struct want {
	struct answer answer;
	uint64_t mask;
};

static inline struct want want(enum ending ending, int error, uint64_t mask, uint64_t value)
{
	return (struct want){ { ending, error, value }, mask };
}

static inline struct want value(uint64_t value)
{
	return want(SUCCESS, 0, ~0ull, value);
}

static inline struct want masked(uint64_t mask, uint64_t value)
{
	return want(SUCCESS, 0, mask, value);
}

static inline struct want success(void)
{
	return want(SUCCESS, 0, 0, 0);
}

static inline struct want aborts(void)
{
	return want(ABORTED, 0, 0, 0);
}
`;
