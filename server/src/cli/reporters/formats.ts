/** The output formats, the default first. */
export const lintFormats = ["text", "json", "sarif", "github", "junit", "rdjson", "gitlab"] as const;
export const runFormats = ["text", "json"] as const;
export const compatFormats = ["text", "json", "html"] as const;

export type LintFormat = (typeof lintFormats)[number];
export type RunFormat = (typeof runFormats)[number];
export type CompatFormat = (typeof compatFormats)[number];
