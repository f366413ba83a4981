/** The line of a C test that does one operation and compares its answer: `check(LINE, TEXT, ACTION, WANT);`. */
import type { HostCondition } from "../program/operation.ts";
import type { Outcome } from "../vgic/answer.ts";
import { compareVersions } from "../vgic/kernels/kernels.ts";
import { cString, hexLiteral } from "./c.ts";
import type { Item, Want } from "./scenario.ts";

export function checkLine(item: Item, action: string): string {
  return `\tcheck(${item.lineNumber}, ${cString(item.text)},\n\t      ${action}, ${wantsText(item)});`;
}

/** One answer, or one a kernel: `before(6, 19, 0) ? value(0x3ff) : value(0x2c)`. */
function wantsText({ wants, mask }: Item): string {
  let text = "";
  for (const [index, { when, expected }] of wants.entries()) {
    const want = wantText(expected, mask);
    if (when === undefined || isSure(when, wants.slice(0, index))) return text + want;
    text += `${conditionText(when)} ?\n\t      ${want} : `;
  }
  return `${text}anything()`;
}

/** Whether a kernel that meets none of the conditions in front meets this one for certain. */
function isSure({ relation, host }: HostCondition, others: readonly Want[]): boolean {
  if (relation !== "from") return false;
  return others.some(
    ({ when }) => when?.relation === "before" && compareVersions(when.host.version, host.version) >= 0,
  );
}

/** A kernel does not tell its flags: `host` asks for its version alone. */
function conditionText({ relation, host: { version } }: HostCondition): string {
  const numbers = version.join(", ");
  switch (relation) {
    case "before":
      return `before(${numbers})`;
    case "from":
      return `!before(${numbers})`;
    case "host":
      return `is_kernel(${numbers})`;
  }
}

function wantText({ ending, value }: Outcome, mask: bigint | undefined): string {
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
export const comparing = `enum ending { SUCCESS, ABORTED, EXITED, FAILED, ANYTHING };

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

static inline struct want anything(void)
{
	return want(ANYTHING, 0, 0, 0);
}

/* The version of the host's kernel: 0 until it is asked, and where it is not known. */
static uint64_t kernel;

static inline uint64_t version(uint64_t major, uint64_t minor, uint64_t point)
{
	return major << 32 | minor << 16 | point;
}

static inline bool before(uint64_t major, uint64_t minor, uint64_t point)
{
	return kernel < version(major, minor, point);
}

static inline bool is_kernel(uint64_t major, uint64_t minor, uint64_t point)
{
	return kernel == version(major, minor, point);
}
`;
