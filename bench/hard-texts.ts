/** Texts that are hard to check: what is wrong in them, or what there is much of, grows with them. */
export const head = "gic v3\nrevision 3\n";
export const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");

/** Texts of about so many lines, by what they are full of. */
export const HARD_TEXTS: Readonly<Record<string, (count: number) => string>> = {
  "unknown names": (count) =>
    head + lines(count / 2, (i) => `let name${i} = ${i}\ncpu0 readl GICD_CTLR == nmae${i}`),
  "unknown names without any known": (count) =>
    head + lines(count, (i) => `cpu0 readl GICD_CTLR == nmae${i}`),
  "unknown registers": (count) => head + lines(count, (i) => `cpu0 readl GICD_ISNABLER${i}`),
  "lines that cannot be read": (count) => head + lines(count, (i) => `cpu0 raedl GICD_CTLR ${i}`),
  "equal lines that cannot be read": (count) => head + lines(count, () => "cpu0 raedl GICD_CTLR"),
  "unused names beside lines that cannot be read": (count) =>
    head + lines(count / 2, (i) => `let name${i} = ${i}\nraed ${i}`),
  "names at the head and scenarios": (count) =>
    head +
    lines(count / 3, (i) => `let name${i} = ${i}`) +
    lines(count / 3, (i) => `scenario "${i}"\ncpu0 readl GICD_CTLR == name0`),
  scenarios: (count) => head + lines(count / 2, (i) => `scenario "${i}"\ncpu0 readl GICD_TYPER`),
  "scenarios that differ": (count) => head + lines(count / 2, (i) => `scenario "${i}"\ncpu0 readl GICR_CTLR`),
  "scenarios without operations": (count) => head + lines(count, (i) => `scenario "${i}"`),
  "scenarios without declarations": (count) => lines(count / 2, (i) => `scenario "${i}"\ncpu0 run`),
  "misplaced declarations": (count) => lines(count / 2, (i) => `cpu0 run\ncpus ${(i % 8) + 1}\ngic v3`),
  "repeated declarations": (count) => head + lines(count, () => "cpus 2"),
  suppressions: (count) =>
    head + lines(count, () => "cpu0 readl GICR_CTLR # vgic-ignore[revision-difference]"),
  "unused suppressions": (count) =>
    head + lines(count, () => "cpu0 readl GICD_TYPER # vgic-ignore[expectation]"),
  "unused suppressions in scenarios": (count) =>
    head + lines(count / 2, (i) => `scenario "${i}"\ncpu0 readl GICD_TYPER # vgic-ignore[expectation]`),
  "expectations that do not hold": (count) => head + lines(count, (i) => `cpu0 readl GICD_TYPER == ${i}`),
};
