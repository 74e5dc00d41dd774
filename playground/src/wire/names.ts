/** What a message calls itself, whichever wire it is of. */

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `type` where there is one, else the one key that says what it is: `audioChunk`, `transcription`, `error`. */
export const nameOf = (text: string): string => {
  // Audio is most of what is sent; it need not be parsed to be told.
  const head = /^\{"(audioChunk)"/.exec(text)?.[1]
  if (head !== undefined) return head
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return 'text'
  }
  if (!isObject(message)) return 'text'
  if (typeof message.type === 'string') return message.type
  const inner = isObject(message.result) ? message.result : message
  return Object.keys(inner)[0] ?? 'empty'
}
