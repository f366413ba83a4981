/** Code actions in the protocol's words, and which of them a client asks for. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
} from "vscode-languageserver";
import { type CodeAction as Action, codeActions, fixAll } from "../analysis/actions/code-actions.ts";
import type { TextChange } from "../document/document.ts";
import type { Asked } from "./asked.ts";
import { edit } from "./convert.ts";

/** Everything that can be mended without a change of meaning. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.vgic`;

export function codeActionsOf(asked: Asked, { range, context }: CodeActionParams): CodeAction[] {
  // Where nobody asks, a light bulb would stand on nearly every line for what can be written in another way.
  const isAutomatic = context.triggerKind === CodeActionTriggerKind.Automatic;
  const isWanted = (kind: string): boolean =>
    context.only === undefined
      ? !(isAutomatic && kind === CodeActionKind.Refactor)
      : context.only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
  const actions = [CodeActionKind.QuickFix, CodeActionKind.Refactor].some(isWanted)
    ? codeActions(asked.analysis, asked.within(range))
    : [];
  const wanted = actions.filter(({ kind }) => isWanted(kind)).map((action) => actionOf(asked, action));
  return isWanted(fixAllKind) ? [...wanted, ...fixAllOf(asked)] : wanted;
}

function actionOf(asked: Asked, { title, kind, edits, diagnostic, isPreferred }: Action): CodeAction {
  const mended = diagnostic && asked.session.diagnostic(asked.uri, asked.analysis, diagnostic);
  return { title, kind, edit: workspaceEdit(asked, edits), diagnostics: mended && [mended], isPreferred };
}

function fixAllOf(asked: Asked): CodeAction[] {
  const edits = fixAll(asked.analysis);
  if (edits.length === 0) return [];
  return [{ title: "Fix all that can be fixed safely", kind: fixAllKind, edit: workspaceEdit(asked, edits) }];
}

function workspaceEdit(asked: Asked, edits: readonly TextChange[]): CodeAction["edit"] {
  return { changes: { [asked.uri]: edits.map((one) => edit(asked, one)) } };
}
