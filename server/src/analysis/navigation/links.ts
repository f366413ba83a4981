/** The links in comments: addresses, commits and files of the kernel, traces beside this one. */
import type { TraceDocument } from "../../document/document.ts";
import type { Range } from "../analysis.ts";
import { rangeOn } from "../place.ts";

export interface Link {
  readonly range: Range;
  /** An address, or a path relative to the trace. */
  readonly target: { readonly url: string } | { readonly path: string };
  readonly tooltip: string;
}

const kernel = "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git";

const patterns: readonly {
  readonly pattern: RegExp;
  readonly link: (match: string) => Omit<Link, "range">;
}[] = [
  {
    pattern: /\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g,
    link: (url) => ({ target: { url }, tooltip: "Open the page" }),
  },
  {
    // `commit 4b00143b`, or a longer id, as kernel developers cite: 12 digits and the subject.
    pattern: /(?<=\bcommit )[0-9a-f]{7,40}\b|\b[0-9a-f]{12,40}\b(?= \(")/g,
    link: (id) => ({ target: { url: `${kernel}/commit/?id=${id}` }, tooltip: "Open the kernel commit" }),
  },
  {
    pattern:
      /(?<![\w./-])(?:arch|Documentation|drivers|include|kernel|tools|virt)\/[\w./-]*\w\.\w+(?::\d+)?/g,
    link: (place) => {
      const [path, line] = place.split(":");
      const url = `${kernel}/tree/${path}${line === undefined ? "" : `#n${line}`}`;
      return { target: { url }, tooltip: "Open the kernel source" };
    },
  },
  {
    pattern: /(?<![\w./-])(?:\.{1,2}\/)?(?:[\w.-]+\/)*[\w.-]+\.vgic\b/g,
    link: (path) => ({ target: { path }, tooltip: "Open the trace" }),
  },
];

export function links({ lines }: TraceDocument): Link[] {
  const found: Link[] = [];
  for (let line = 0; line < lines.length; line++) {
    const comment = lines.at(line).hasComment ? lines.at(line).parsed.comment : undefined;
    if (comment === undefined) continue;
    const { start: offset } = comment;
    const words = lines.at(line).text.slice(offset, comment.end);
    let taken = 0;
    const onLine = patterns
      .flatMap(({ pattern, link }) =>
        [...words.matchAll(pattern)].map((match) => ({ start: match.index, text: match[0], link })),
      )
      .sort((one, other) => one.start - other.start);
    for (const { start, text, link } of onLine) {
      // What looks like a file may be a part of an address.
      if (start < taken) continue;
      taken = start + text.length;
      found.push({ range: rangeOn(line, { start: offset + start, end: offset + taken }), ...link(text) });
    }
  }
  return found;
}
