/** The state of the vGIC at the cursor's line, as a tree. */
import {
  Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from "vscode";
import type { StateNode } from "../../server/src/lsp/protocol.ts";
import { about, activeTrace, type TraceServer } from "./language-client.ts";
import { Later } from "./later.ts";

/** Something of the state, with the path of labels that leads to it: what is unfolded stays so as the state changes. */
interface PlacedNode extends StateNode {
  readonly path: string;
}

export class StateView extends Disposable implements TreeDataProvider<PlacedNode> {
  readonly #server: TraceServer;
  readonly #changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: TreeView<PlacedNode>;
  #roots: readonly StateNode[] = [];

  constructor(server: TraceServer) {
    const later = new Later(() => void this.#update());
    const subscriptions = Disposable.from(
      later,
      server.onDidChange(() => later.run()),
      window.onDidChangeActiveTextEditor(() => later.run()),
      window.onDidChangeTextEditorSelection(() => later.run()),
    );
    super(() => {
      subscriptions.dispose();
      this.#view.dispose();
      this.#changed.dispose();
    });
    this.#server = server;
    this.#view = window.createTreeView("vgic.state", { treeDataProvider: this, showCollapseAll: true });
    this.#view.onDidChangeVisibility(() => later.run());
  }

  getTreeItem({ path, label, description, differs, children }: PlacedNode): TreeItem {
    const item = new TreeItem(
      label,
      children.length === 0 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded,
    );
    item.id = path;
    item.description = description;
    item.tooltip = description === undefined ? label : `${label}: ${description}`;
    if (differs) {
      item.iconPath = new ThemeIcon("diff", new ThemeColor("list.warningForeground"));
      item.accessibilityInformation = { label: `${item.tooltip}, differs between revisions` };
    }
    return item;
  }

  getChildren(parent?: PlacedNode): PlacedNode[] {
    const path = parent?.path ?? "";
    return (parent?.children ?? this.#roots).map((node) => ({ ...node, path: `${path}/${node.label}` }));
  }

  async #update(): Promise<void> {
    const editor = activeTrace();
    if (editor === undefined || !this.#view.visible) return;
    const position = editor.selection.active;
    const roots = await this.#server.ask("vgic/state", { ...about(editor.document), position });
    if (roots === undefined) return;
    this.#roots = roots;
    this.#view.description = `before line ${position.line + 1}`;
    this.#changed.fire(undefined);
  }
}
