/** What commands say of what is wrong with a trace: each in the same words, with the same numbers as `lint`. */
import type { Faults } from "../../analysis/faults.ts";
import { counted } from "../../syntax/counted.ts";

/** Whether a trace is wrong for `lint`. A line that did not run, and of which a comment silences why, was left out by its author. */
export function isWrong({ errors, untested }: Pick<Faults, "errors" | "untested">): boolean {
  return errors > 0 || untested > 0;
}

/**
 * "2 errors in boot.vgic, 1 line did not run; `vgic-trace lint boot.vgic` says why"; undefined where there is no error and
 * all was tested.
 */
export function faultWords(path: string, { errors, unread, untested }: Faults): string | undefined {
  const left = [
    ...(unread === 0 ? [] : [`${counted(unread, "line")} did not run`]),
    ...(untested === 0 ? [] : [`${counted(untested, "scenario")} not tested`]),
  ];
  if (errors > 0) {
    const all = [`${counted(errors, "error")} in ${path}`, ...left].join(", ");
    return `${all}; \`vgic-trace lint ${path}\` says why`;
  }
  return left.length === 0
    ? undefined
    : `${left.join(", ")} in ${path}: a comment or the configuration makes that no error`;
}
