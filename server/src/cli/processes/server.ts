/** The language server of the VS Code extension: a process of its own, which needs nothing else of the command. */
import { server } from "./editor.ts";

server({ nodeIpc: true });
