/** How many bytes an access means. */
import type { Width } from "../statement.ts";

/** The width that the last letter of `readl`, `writeb`, … names. */
export function widthOf({ text }: { readonly text: string }): Width {
  switch (text.at(-1)) {
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
