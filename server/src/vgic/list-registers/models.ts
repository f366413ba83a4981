/**
 * The list-register model of each kernel. The choices came with two releases; here they stand apart, so that what each of
 * them changes can be told.
 */
import type { VersionTraits } from "../kernels/kernels.ts";
import type { Machine } from "../machine.ts";
import { fillActiveFirst, foldOnly } from "./active-first.ts";
import type { Fill, Fold, ListRegisterModel } from "./model.ts";
import {
  fillPendingFirst,
  foldAndReplay,
  isDeactivationTrapped,
  withGroupInterrupts,
} from "./pending-first.ts";

type Ends = VersionTraits["endsOutside"];

const FOLDS: Readonly<Record<Ends, Fold>> = {
  lost: foldOnly,
  "from the head": foldAndReplay("head"),
  "from the tail": foldAndReplay("tail"),
};

/** The models that fill and fold in one way: without and with traps of deactivation. */
type Models = readonly [ListRegisterModel, ListRegisterModel];

function models(fill: Fill, fold: Fold): Models {
  return [
    { fill, fold, trapsDeactivation: () => false },
    { fill, fold, trapsDeactivation: isDeactivationTrapped },
  ];
}

function byEnds(of: (fold: Fold) => Models): Readonly<Record<Ends, Models>> {
  return {
    lost: of(FOLDS.lost),
    "from the head": of(FOLDS["from the head"]),
    "from the tail": of(FOLDS["from the tail"]),
  };
}

const MODELS: Readonly<Record<VersionTraits["firstInListRegisters"], Readonly<Record<Ends, Models>>>> = {
  active: byEnds((fold) => models(fillActiveFirst, fold)),
  pending: byEnds((fold) => models(fillPendingFirst, withGroupInterrupts(fold))),
};

/** The model of the host that a VM is on. */
export function listRegisterModel({ traits }: Machine): ListRegisterModel {
  const { firstInListRegisters, endsOutside, deactivationTraps } = traits;
  return MODELS[firstInListRegisters][endsOutside][deactivationTraps ? 1 : 0];
}
