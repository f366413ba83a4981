import { parseSuppression } from "../syntax/suppression.ts";
import { commentRemoved, replaced } from "./fix.ts";
import type { Rule } from "./rule.ts";

const page = `
A comment silences a code that is not reported where it applies, or a code that does not exist. Such comments hide
what may be reported there later.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR  # vgic-ignore[revision-difference]: known
\`\`\`

Remove the comment, or the code from its list.

\`\`\`vgic
gic v3
revision 2
cpu0 readl GICD_CTLR
\`\`\`

\`# vgic-ignore[CODE]: reason\` after a statement is for that line; alone on its line it is for the next statement.
\`# vgic-ignore-file[CODE]: reason\` is for the whole file, wherever it stands. Several codes are separated by commas.
Each diagnostic is silenced by one comment, the one nearest to it: a second one for the same is unused.
`;

export const rule: Rule<"unused-suppression"> = {
  code: "unused-suppression",
  group: "leftovers",
  severity: "warning",
  summary: "a `vgic-ignore` comment silences nothing",
  page,
  unnecessary: true,
  message({ silenced, known, scope }) {
    if (silenced === "")
      return "this comment names no code: write one in the brackets, or remove the comment";
    if (!known) return `no diagnostic has the code \`${silenced}\`: correct it, or remove it`;
    const place = scope === "line" ? "on the line that this comment is for" : "in this file";
    return `\`${silenced}\` is not reported ${place}: remove this`;
  },
  fix({ line, start, silenced }, lines) {
    const { text, parsed } = lines.at(line);
    const codes = (parsed.comment && parseSuppression(text, parsed.comment)?.codes) ?? [];
    const [first, second] = codes;
    if (first === undefined || second === undefined) {
      return [{ title: "Remove the comment", edits: [commentRemoved(lines, line)], safe: true }];
    }
    const index = codes.findIndex((code) => code.start === start);
    const [before, own] = [codes[index - 1], codes[index]];
    const span =
      before !== undefined && own !== undefined
        ? { start: before.end, end: own.end }
        : { start: first.start, end: second.start };
    return [{ title: `Remove \`${silenced}\``, edits: [replaced(line, span, "")], safe: true }];
  },
};
