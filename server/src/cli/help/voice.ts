/** What Commander says of wrong arguments, in the words in which the command says everything else. */
import { nearest } from "../../syntax/nearest.ts";

/** What Commander says, and what is said instead; what is not in the table stays as it is. */
const TABLE: readonly { readonly said: RegExp; readonly instead: (...groups: string[]) => string }[] = [
  {
    said: /^option '(-[\w-]+)[^']*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
    instead: (flag, given, choices) => choiceWords(flag, given, choices),
  },
  {
    said: /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/s,
    instead: (given, argument, choices) => choiceWords(argument, given, choices),
  },
  {
    said: /^command-argument value '.*' is invalid for argument '.*'\. There (.*)$/s,
    instead: (are) => `there ${are}`,
  },
  {
    said: /^option '(-[\w-]+)[^']*' argument '(.*)' is invalid\. (It takes .*)\.$/s,
    instead: (flag, given, takes) => `${flag} ${takes.slice("It ".length)}, not "${given}"`,
  },
  {
    said: /^unknown (command|option) '(.*?)'(?:\s*\(Did you mean (?:one of )?(.*)\?\))?$/s,
    instead: (what, given, near = "") =>
      near === ""
        ? `there is no ${what} ${given === "" ? '""' : given}`
        : `there is no ${what} ${given}: did you mean ${near.split(", ").join(" or ")}?`,
  },
  {
    said: /^option '(.*)' cannot be used with option '(.*)'$/,
    instead: (one, other) => `${one} and ${other} do not go together: give one of them`,
  },
  { said: /^missing required argument '(.*)'$/, instead: (name) => `the argument <${name}> is missing` },
  {
    said: /^required option '(.*)' not specified$/,
    instead: (option) => `the option ${option} is missing`,
  },
  {
    said: /^option '(.*)' argument missing$/,
    instead: (option) => `${option}: the value is missing`,
  },
  {
    said: /^too many arguments(?: for '(.*)')?\. Expected (\d+) arguments? but got (\d+)\.$/,
    instead: (name = "vgic-trace", most, given) =>
      `${name} takes ${most === "1" ? "1 argument" : `${most} arguments`}, not ${given}`,
  },
];

/** Commander's message, without its `error:`, as a sentence of ours. */
export function inOurWords(message: string): string {
  const plain = message.trim().replace(/^error: /, "");
  for (const { said, instead } of TABLE) {
    const match = said.exec(plain);
    if (match !== null) return instead(...match.slice(1));
  }
  return plain;
}

function choiceWords(what: string, given: string, choices: string): string {
  const near = nearest(given, choices.split(", "));
  return `${what} takes one of ${choices}, not "${given}"${near === undefined ? "" : `: did you mean ${near}?`}`;
}
