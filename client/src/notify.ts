/**
 * Notifications. VS Code shows one without a button on a single line, and cuts what does not fit: so whatever may be
 * longer has a button.
 */
import { type OutputChannel, window } from "vscode";

/** What fits on the line of a notification in the font of VS Code's own. Characters. */
const LONGEST_LINE = 50;

const SHOW = {
  information: window.showInformationMessage,
  warning: window.showWarningMessage,
  error: window.showErrorMessage,
} as const;

export type Level = keyof typeof SHOW;

/** What can be done about it: a button's text, and what it does. */
export type Answers = Readonly<Record<string, () => unknown>>;

let details: OutputChannel | undefined;

/** Says a whole sentence, with a button for each answer; where it needs one to be read, with OK. */
export async function say(level: Level, message: string, answers: Answers = {}): Promise<void> {
  const buttons = Object.keys(answers);
  if (buttons.length === 0 && message.length > LONGEST_LINE) buttons.push("OK");
  const answer = await SHOW[level](message, ...buttons);
  if (answer !== undefined) await answers[answer]?.();
}

/** Says the first of some lines. A button leads to all of them. */
export async function sayFirst(level: Level, subject: string, lines: readonly string[]): Promise<void> {
  const [first = "", ...others] = lines;
  if (others.length === 0) return say(level, `${subject}: ${first}`);
  await say(level, `${subject}: ${first}.`, {
    Details: () => {
      details ??= window.createOutputChannel("vGIC Notes");
      details.replace([`${subject}:`, ...lines, ""].join("\n"));
      details.show(true);
    },
  });
}
