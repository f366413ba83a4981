/** Says of a trace in front that it is too large to be looked at: where VS Code gives it to no extension as well. */
import {
  Disposable,
  env,
  StatusBarAlignment,
  type StatusBarItem,
  TabInputText,
  TabInputTextDiff,
  ThemeColor,
  type Uri,
  window,
  workspace,
} from "vscode";
import { LONGEST_TRACE } from "../../server/src/lsp/protocol.ts";
import { Later } from "./later.ts";
import { say } from "./notify.ts";

export class LargeTraces extends Disposable {
  readonly #item: StatusBarItem;
  /** The traces of which it was said. */
  readonly #told = new Set<string>();

  constructor() {
    const item = window.createStatusBarItem("vgic.large", StatusBarAlignment.Right, 100);
    const later = new Later(() => void this.#update());
    const subscriptions = Disposable.from(
      item,
      later,
      window.tabGroups.onDidChangeTabs(() => later.run()),
      window.tabGroups.onDidChangeTabGroups(() => later.run()),
    );
    super(() => subscriptions.dispose());
    this.#item = item;
    this.#item.name = "vGIC: large trace";
    this.#item.text = "$(warning) vGIC: too large";
    this.#item.backgroundColor = new ThemeColor("statusBarItem.warningBackground");
    later.run();
  }

  async #update(): Promise<void> {
    const trace = traceInFront();
    const size = trace && (await sizeOf(trace));
    if (trace?.toString() !== traceInFront()?.toString()) return;
    if (trace === undefined || size === undefined || size <= LONGEST_TRACE) {
      this.#item.hide();
      return;
    }
    const name = trace.path.slice(trace.path.lastIndexOf("/") + 1);
    const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    const message = `${name} has ${megabytes(size)}, and editors look at traces of up to ${megabytes(LONGEST_TRACE)}: check it with vgic-trace lint in a terminal, or split it.`;
    this.#item.tooltip = message;
    this.#item.show();
    if (this.#told.has(trace.toString())) return;
    this.#told.add(trace.toString());
    const command = `vgic-trace lint '${trace.fsPath.replaceAll("'", "'\\''")}'`;
    await say("warning", message, { "Copy the Command": () => env.clipboard.writeText(command) });
  }
}

/** The trace whose tab is in front. VS Code has no text editor for one that it does not give to extensions. */
function traceInFront(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  const uri =
    input instanceof TabInputText
      ? input.uri
      : input instanceof TabInputTextDiff
        ? input.modified
        : undefined;
  return uri?.path.endsWith(".vgic") ? uri : undefined;
}

/** Bytes; undefined for what is no file. */
async function sizeOf(uri: Uri): Promise<number | undefined> {
  try {
    return (await workspace.fs.stat(uri)).size;
  } catch {
    return undefined;
  }
}
