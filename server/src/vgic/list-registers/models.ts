/** The list-register model of each kernel. */
import type { VersionTraits } from "../kernels/kernels.ts";
import type { Machine } from "../machine.ts";
import { activeFirst } from "./active-first.ts";
import type { ListRegisterModel } from "./model.ts";
import { pendingFirst } from "./pending-first.ts";

const MODELS: Readonly<Record<VersionTraits["listRegisters"], ListRegisterModel>> = {
  "active-first": activeFirst,
  "pending-first, replay from the head": pendingFirst("head"),
  "pending-first, replay from the tail": pendingFirst("tail"),
};

/** The model of the host that a VM is on. */
export function listRegisterModel(m: Machine): ListRegisterModel {
  return MODELS[m.traits.listRegisters];
}
