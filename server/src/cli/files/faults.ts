/** What commands say of what is wrong with a trace: each in the same words, with the same numbers as `lint`. */
import type { Faults, HiddenLine } from "../../analysis/faults.ts";
import { listed } from "../../rules/words.ts";
import { counted } from "../../syntax/counted.ts";
import { pathToShow, standardInput } from "./sources.ts";

/** Whether a trace is wrong for `lint`. A line that did not run, and of which a comment silences why, was left out by its author. */
export function isWrong({ errors, untested }: Pick<Faults, "errors" | "untested">): boolean {
  return errors > 0 || untested > 0;
}

/**
 * "2 errors in boot.vgic, 1 line did not run; `vgic-trace lint boot.vgic` says why"; undefined where there is no error and
 * all was tested.
 */
export function faultWords(path: string, { errors, unread, hidden, untested }: Faults): string | undefined {
  if (errors + unread + untested === 0) return undefined;
  const lines = errors === 0 ? linesWords(hidden.map(({ line }) => line)) : counted(unread, "line");
  const left = [
    ...(unread === 0 ? [] : [`${lines} did not run`]),
    ...(untested === 0 ? [] : [`${counted(untested, "scenario")} not tested`]),
  ];
  if (errors === 0) return `${left.join(", ")} in ${path}: ${hidingWords(hidden)} makes that no error`;
  // To be typed again, standard input is called as it was given.
  const argument = path === pathToShow(standardInput) ? standardInput : path;
  const all = [`${counted(errors, "error")} in ${path}`, ...left].join(", ");
  const but =
    hidden.length === 0
      ? ""
      : `, but not of ${linesWords(hidden.map(({ line }) => line))}: ${hidingWords(hidden)} makes that no error`;
  return `${all}; \`vgic-trace lint ${argument}\` says why${but}`;
}

/** What hides why some lines did not run: "the comment on line 3", "the configuration". */
function hidingWords(hidden: readonly HiddenLine[]): string {
  const comments = new Set(hidden.map(({ comment }) => comment));
  const [comment] = comments;
  if (comments.size !== 1) return "a comment or the configuration";
  return comment === undefined ? "the configuration" : `the comment on line ${comment + 1}`;
}

/** So many lines are named. */
const MOST_LINES = 3;

/** "line 3", "lines 3 and 9", "lines 3, 9, 12 and 7 others". */
function linesWords(lines: readonly number[]): string {
  const named = lines.slice(0, MOST_LINES).map((line) => String(line + 1));
  const others = lines.length - named.length;
  const all = others === 0 ? named : [...named, counted(others, "other")];
  return `${lines.length === 1 ? "line" : "lines"} ${listed(all)}`;
}
