/** Ids as the clients of the Realtime wire know them. */
import { randomBytes } from 'node:crypto'

const prefixes = {
  item: 'item',
  reply: 'resp',
  call: 'call',
  backchannel: 'bc',
  session: 'sess',
  conversation: 'conv',
  line: 'rtc',
} as const

/** An id as this wire's clients know them, such as `item_` and 20 letters and digits. */
export const newRealtimeId = (kind: keyof typeof prefixes): string =>
  `${prefixes[kind]}_${randomBytes(15).toString('base64url').replaceAll(/[-_]/g, '0')}`
