/**
 * An item that is there by construction: the first of a list that is never empty, or at an index that stands for an item
 * of this list elsewhere. What a user wrote decides nothing about it.
 * @throws RangeError where there is none, which is a fault of the caller
 */
export function itemAt<T>(list: ArrayLike<T>, index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`there is no item ${index} of ${list.length}`);
  return item;
}
