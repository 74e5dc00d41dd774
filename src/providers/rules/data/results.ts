/** What results of tools look like. */

/** Fields that hold a whole sentence. */
export const telling: readonly string[] = [
  'message',
  'text',
  'summary',
  'answer',
  'result',
  'output',
  'response',
  'content',
  'speech',
  'reply',
]
