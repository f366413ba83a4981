/** `vgic-trace init`: a configuration, a first trace, and the recipe for the forge that a folder is for. */
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import metadata from "../../../../package.json" with { type: "json" };
import { type ExitStatus, exitStatus } from "../exit-status.ts";
import { reasonOf } from "../files/failure.ts";
import { readRegularFile, SETTINGS_BYTES } from "../files/read-file.ts";
import { pathToShow } from "../files/sources.ts";
import { writeAtomically } from "../files/write-file.ts";
import { examples } from "../help/examples.ts";
import { complain, tell } from "../terminal/terminal.ts";

/** The flags of `init`. */
export function define(command: Command, finish: (status: ExitStatus) => void): void {
  command
    .summary("begin with traces in a folder")
    .description(
      "Writes a configuration, a first trace, and the CI recipe for GitHub or GitLab, where the folder is for one of them. What exists stays as it is.",
    )
    .argument("[folder]", "where to begin", ".")
    .addHelpText("after", examples("init", "init kernel-tests"))
    .action((folder: string) => finish(init(folder)));
}

const repository = metadata.repository.url.replace(/^git\+|\.git$/g, "");

const CONFIGURATION = `// What holds for the traces in this folder and below: ${repository}/blob/main/docs/ci.md#configuration
{
  // Kernels by name. Traces may say \`host old\`, and \`vgic-trace compat --from old --to new\` asks whether a guest
  // would notice a migration between them. \`vgic-trace hosts\` lists what kernels do.
  "hosts": { "old": "linux-6.12", "new": "linux-7.1" },

  // What scenarios without \`compare\` are compared with; every revision that their host can show, without this.
  // "compare": "rev2+, host old",

  // How bad each finding is: error, warning, information, hint or off. \`vgic-trace explain\` lists them.
  "severities": { "revision-difference": "warning" },

  // What holds for some files instead.
  "overrides": [
    // { "files": ["legacy/**"], "revision": 1 }
  ]
}
`;

const FIRST_TRACE = `# What guest, VMM and devices do to a vGIC, one operation per line, each with what it must answer.
# \`vgic-trace run\` prints the answers under every revision; where they differ, each may be expected.

gic v3
revision 3

scenario "a guest moves its SPIs to Group 0"
cpu0 readl  GICD_IGROUPR1 == 0xffffffff
cpu0 writel GICD_IGROUPR1 0
cpu0 readl  GICD_IGROUPR1 == rev1: 0xffffffff, rev2+: 0
`;

const GITHUB = `name: traces
on: [push, pull_request]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - uses: ${repository.replace("https://github.com/", "")}@main
        with:
          paths: traces
`;

const GITLAB = `traces:
  image: node:24
  script:
    - git clone --depth 1 ${repository} ../vgic-trace
    - npm ci --prefix ../vgic-trace
    - node ../vgic-trace/dist/vgic-trace.js lint traces --format text --format junit --output traces.xml
  artifacts:
    when: always
    reports:
      junit: traces.xml
`;

function init(folder: string): ExitStatus {
  const files = [
    { name: "vgic-trace.json", content: CONFIGURATION },
    { name: "traces/first.vgic", content: FIRST_TRACE },
    ...recipeFor(folder),
  ];
  for (const { name, content } of files) {
    const file = path.join(folder, name);
    if (existsSync(file)) {
      tell(`${pathToShow(file)} is there already`);
      continue;
    }
    try {
      mkdirSync(path.dirname(file), { recursive: true });
    } catch (error) {
      complain(`cannot make ${pathToShow(path.dirname(file))}: ${reasonOf(error)}`);
      return exitStatus.failed;
    }
    const failed = writeAtomically(file, content);
    if (failed !== undefined) {
      complain(failed.failure);
      return exitStatus.failed;
    }
    tell(`${pathToShow(file)} written`);
  }
  tell(`Next: vgic-trace lint ${pathToShow(path.join(folder, "traces"))}`);
  return exitStatus.clean;
}

/** The recipe for the forge that a folder's repository is at, as its files and its remotes tell. */
function recipeFor(folder: string): { readonly name: string; readonly content: string }[] {
  const remotes = textOf(path.join(folder, ".git/config"));
  if (existsSync(path.join(folder, ".github")) || remotes.includes("github.com"))
    return [{ name: ".github/workflows/traces.yml", content: GITHUB }];
  if (existsSync(path.join(folder, ".gitlab-ci.yml")) || remotes.includes("gitlab"))
    return [{ name: ".gitlab-ci.yml", content: GITLAB }];
  return [];
}

function textOf(file: string): string {
  try {
    return readRegularFile(file, SETTINGS_BYTES).toString("utf8");
  } catch {
    return "";
  }
}
