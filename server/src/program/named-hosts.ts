/** Hosts by the names that a configuration gives them: a fleet's are named once, and traces say `host old`. */
import type { Host } from "../vgic/kernels/hosts.ts";

export type NamedHosts = ReadonlyMap<string, Host>;

export const NO_NAMED_HOSTS: NamedHosts = new Map();
