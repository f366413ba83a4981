/** The least that reading a trace can cost: `scan.mjs lexer|bytes FILE` splits it into lines and tokens. */
import { readFileSync } from "node:fs";
import { tokenize } from "../server/src/syntax/tokens.ts";

/** The tokens that the project's lexer finds, line by line. */
function withLexer(file: string): number {
  let tokens = 0;
  for (const line of readFileSync(file, "utf8").split("\n")) tokens += tokenize(line).tokens.length;
  return tokens;
}

/** A byte that can stand in a word or a number. */
const isWord = new Uint8Array(256);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
  isWord[character.charCodeAt(0)] = 1;

/** Words, other characters and line ends by hand, on the bare bytes; what they mean is not looked at. */
function byBytes(file: string): number {
  const bytes = readFileSync(file);
  let tokens = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at];
    if (isWord[byte]) while (at < bytes.length && isWord[bytes[at]]) at++;
    // A comment runs to the end of its line.
    else if (byte === 0x23) while (at < bytes.length && bytes[at] !== 0x0a) at++;
    else {
      at++;
      if (byte === 0x20 || byte === 0x0a) continue;
    }
    tokens++;
  }
  return tokens;
}

const [how, file] = process.argv.slice(2);
console.log(how === "lexer" ? withLexer(file) : byBytes(file));
