/** Stands where no case is left: a new kind that is forgotten does not compile. */
export function unreachable(kind: never): never {
  throw new Error(`unhandled: ${JSON.stringify(kind)}`);
}
