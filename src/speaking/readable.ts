/** What of a text is for reading out: markup and emoji are not. */

const blank = (found: string): string => ' '.repeat(found.length)

/** A link's address, with what closes its text. */
const linkAddress = /\]\([^)\s]*(?:\s+"[^"]*")?\)/g
const tag = /<\/?[a-z][a-z0-9:-]*(?:\s[^<>]*)?\/?>|<!--[^>]*-->/gi
const fence = /```[a-z0-9+#-]*|`+/gi
/** Headings, quotes and bullets, at the beginning of a line. */
const lineStart = /(^|\n)([ \t]*(?:#{1,6}(?=\s)|>+(?=\s)|[-*+•](?=\s)))/g
const rule = /(^|\n)([ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,})[ \t]*)(?=\n|$)/g
/** Stars, underscores and tildes at the edge of a word; not in `2 * 3` or in the middle of a name. */
const emphasis =
  /(?<=^|[\s\p{P}])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?=$|[\s\p{P}])|\*\*/gu
const brackets = /!(?=\[)|[[\]{}|\\]/g
const emoji =
  /(?![©®™‼⁉↔→←↑↓])\p{Extended_Pictographic}|[\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]|\u200d|\ufe0f|\u20e3/gu

/**
 * The text with spaces in place of what is not read out, so that every character keeps its place. `lineBegins`: whether
 * the text begins a line.
 */
export const readable = (text: string, lineBegins: boolean): string => {
  // A line's beginning counts only if it is one.
  const led = lineBegins ? text : `.${text}`
  const read = led
    .replace(linkAddress, blank)
    .replace(tag, blank)
    .replace(fence, blank)
    .replace(rule, (_, before: string, found: string) => before + blank(found))
    .replace(lineStart, (_, before: string, found: string) => before + blank(found))
    .replace(emphasis, blank)
    .replace(brackets, blank)
    .replace(emoji, blank)
  return lineBegins ? read : read.slice(1)
}
