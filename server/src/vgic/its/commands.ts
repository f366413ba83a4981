/** A command of the ITS with its fields as numbers; vCPUs by index. What a field takes is in IHI 0069, 5.3. */
export type ItsCommand =
  /** Without `itt` the device is unmapped. `itt` is a guest physical address below 2^52, `bits` 1 to 32. */
  | { readonly name: "mapd"; readonly device: number; readonly itt?: number; readonly bits?: number }
  /** Without `to` the collection is unmapped. */
  | { readonly name: "mapc"; readonly collection: number; readonly to?: number }
  | {
      readonly name: "mapti";
      readonly device: number;
      readonly event: number;
      readonly lpi: number;
      readonly collection: number;
    }
  /** MAPI: the event's number is the LPI. */
  | {
      readonly name: "mapi" | "movi";
      readonly device: number;
      readonly event: number;
      readonly collection: number;
    }
  | { readonly name: "movall"; readonly from: number; readonly to: number }
  | {
      readonly name: "int" | "clear" | "inv" | "discard";
      readonly device: number;
      readonly event: number;
    }
  | { readonly name: "invall"; readonly collection: number }
  | { readonly name: "sync"; readonly to: number };
