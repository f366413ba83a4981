/** A count with its noun: "1 file", "3 files", "2 lines have", where the plural is no mere `s`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
