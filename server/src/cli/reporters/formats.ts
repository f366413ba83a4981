/** The output formats, the default first. */
export const lintFormats = ["text", "json", "sarif", "github", "junit", "rdjson", "gitlab"] as const;
/** For answers that are a list or a table. */
export const plainFormats = ["text", "json"] as const;
export const runFormats = ["text", "json", "html", "svg", "vcd"] as const;
export const compatFormats = ["text", "json", "html"] as const;
export const diffFormats = ["text", "markdown", "json"] as const;

export type LintFormat = (typeof lintFormats)[number];
export type PlainFormat = (typeof plainFormats)[number];
export type RunFormat = (typeof runFormats)[number];
export type CompatFormat = (typeof compatFormats)[number];
export type DiffFormat = (typeof diffFormats)[number];
