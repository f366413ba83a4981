import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((name) => name !== "");

function contentOf(page: string): string {
  return readFileSync(path.join(root, page), "utf8");
}

/** What GitHub makes of the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...contentOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Where a page links to within the project, as paths from its root. */
function linksOf(page: string): { readonly file: string; readonly anchor: string | undefined }[] {
  const text = contentOf(page).replace(/^```.*?^```$/gms, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file, anchor] = target.split("#");
      return { file: file === "" ? page : path.posix.join(path.posix.dirname(page), file), anchor };
    });
}

test.each(pages)("%s links to what exists", (page) => {
  const broken = linksOf(page).filter(
    ({ file, anchor }) =>
      !existsSync(path.join(root, file)) ||
      (anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).includes(anchor)),
  );
  expect(broken).toEqual([]);
});

test("every page of docs/ stands in its index", () => {
  const listed = linksOf("docs/README.md").map(({ file }) => file);
  const own = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== "docs/README.md");
  expect(own.filter((page) => !listed.includes(page))).toEqual([]);
});

test("every example stands in the index of examples", () => {
  const listed = linksOf("examples/README.md").map(({ file }) => file);
  const traces = execFileSync("git", ["ls-files", "examples/*.vgic"], { cwd: root, encoding: "utf8" });
  const own = traces.split("\n").filter((name) => /^examples\/[^/]+\.vgic$/.test(name));
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter((name) => !listed.includes(name))).toEqual([]);
});

test("the project has one address, that of package.json", () => {
  const { repository, homepage, bugs } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const [, own] = /github\.com\/(.*)\.git$/.exec(repository.url) ?? [];
  const written = execFileSync("git", ["ls-files", "*.md", "*.yml", "*.yaml"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((name) => name !== "")
    .flatMap((name) =>
      [...contentOf(name).matchAll(/(?:github\.com\/|uses: )([\w.-]+\/vgic-trace)\b/g)].map(
        ([, found]) => found,
      ),
    );
  expect(written.length).toBeGreaterThan(3);
  expect([
    ...new Set([
      ...written,
      ...[homepage, bugs.url].map((url) => url.split("/").slice(3, 5).join("/").split("#")[0]),
    ]),
  ]).toEqual([own]);
});
