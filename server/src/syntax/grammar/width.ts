/** How many bytes an access means. */
import type * as ast from "../statement.ts";

/** The width that the last letter of `readl`, `writeb`, … names. */
export function widthOf(access: string): ast.Width {
  switch (access.at(-1)) {
    case "b":
      return 1;
    case "w":
      return 2;
    case "q":
      return 8;
    default:
      return 4;
  }
}
