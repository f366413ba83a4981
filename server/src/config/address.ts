/** Addresses of files, which editors and Node write in different ways. */

/**
 * The same for all ways to write the address of a file: VS Code escapes more characters than Node does (`%28`, `c%3A`), and the
 * letter of a drive may be a capital.
 */
export function addressKey(uri: string): string {
  if (!uri.startsWith("file:")) return uri;
  return decoded(uri).replace(
    /^file:\/\/\/([A-Z]):/,
    (_, drive: string) => `file:///${drive.toLowerCase()}:`,
  );
}

/** An address with an escape that is none is taken as it is. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** Whether a file is in a folder, or below it. */
export function isInside(uri: string, folder: string): boolean {
  const [file, around] = [addressKey(uri), addressKey(folder)];
  return file.startsWith(around.endsWith("/") ? around : `${around}/`);
}
