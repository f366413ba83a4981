/** How the page around the picture looks, and its colours in VS Code. */
import { styleOf } from "./drawing.ts";

export const PAGE_STYLE = `html, body { height: 100%; margin: 0; }
#timeline { display: flex; flex-direction: column; height: 100vh; box-sizing: border-box; padding: 8px; font: 13px system-ui, sans-serif; }
.patterns { position: absolute; }
.bar, .legend, .words { flex: none; }
.bar { display: flex; gap: 6px; align-items: center; padding-bottom: 6px; }
.bar .said { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar button, .bar select { font: inherit; min-width: 28px; max-width: 24em; }
.scroller { flex: 1 1 auto; min-height: 80px; overflow: auto; display: grid; grid-template-columns: max-content max-content; grid-template-rows: max-content max-content; position: relative; }
.scroller[hidden] { display: none; }
.scroller:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
.corner, .head, .names { position: sticky; background: inherit; background-color: var(--ground, Canvas); }
.corner { left: 0; top: 0; z-index: 3; }
.head { top: 0; z-index: 2; }
.names { left: 0; z-index: 1; font: 11px ui-monospace, Menlo, Consolas, monospace; padding: 0 8px 0 2px; }
.names div { position: absolute; line-height: 28px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 100%; }
.names .focused { font-weight: bold; text-decoration: underline; }
.rows { position: relative; cursor: pointer; }
.head svg, .rows svg { position: absolute; left: var(--left, 0); top: 0; }
.legend { margin: 6px 0 0; opacity: .8; }
.words { max-height: 30vh; overflow: auto; }
.words ul { margin: 4px 0; padding-left: 1.2em; }
`;

/** The colours of VS Code's theme. */
export const THEME_STYLE = `.vgic { color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); --ground: var(--vscode-editor-background); }
.vgic button { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 2px; padding: 2px 6px; cursor: pointer; }
.vgic button:hover { background: var(--vscode-button-secondaryHoverBackground); }
.vgic button:focus-visible, .vgic .scroller:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
${styleOf({
  ink: "var(--vscode-editor-foreground)",
  quiet: "var(--vscode-descriptionForeground)",
  grid: "var(--vscode-editorIndentGuide-background1, var(--vscode-contrastBorder))",
  ground: "var(--vscode-editor-background)",
  pending: "var(--vscode-charts-yellow)",
  active: "var(--vscode-charts-green)",
  signal: "var(--vscode-charts-blue)",
  diverged: "var(--vscode-editorWarning-foreground)",
  chosen: "var(--vscode-focusBorder)",
})}/* What high contrast draws around things must not look like the lanes between them. */
.vscode-high-contrast .vgic .grid, .vscode-high-contrast-light .vgic .grid { stroke-opacity: .35; }
`;
