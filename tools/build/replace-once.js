// @ts-check
// Patches a library's text. What is patched away must be there: else a new version of the library has changed it.

/**
 * @param {string} text
 * @param {string} wanted what stands in the text exactly once
 * @param {string} replacement
 * @param {string} where for the message
 */
export function replaceOnce(text, wanted, replacement, where) {
  const found = text.split(wanted).length - 1;
  if (found !== 1)
    throw new Error(`${where} has ${JSON.stringify(wanted)} ${found} times, and the build replaces one`);
  return text.replace(wanted, () => replacement);
}
