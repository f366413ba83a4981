/** `npm run phrases`: writes what the grammar makes of the statements that are usual. server/src/syntax/phrases.ts reads it. */
import { writeFileSync } from "node:fs";
import { phrasesFile } from "./usual-phrases.ts";

writeFileSync("server/src/syntax/phrases.json", phrasesFile());
