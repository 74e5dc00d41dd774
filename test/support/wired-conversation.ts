/** A conversation behind its wire: a codec and what it speaks for, with nothing between them. */
import { Conversation } from '../../src/conversation/conversation.ts'
import { RealtimeCodec } from '../../src/protocols/realtime/codec.ts'
import { initialConfig } from '../../src/protocols/realtime/config.ts'
import type { Dialect } from '../../src/protocols/realtime/dialect.ts'

/** Ids count over all kinds: `item_1`, `reply_2`. */
export const wiredConversation = (
  dialect: Dialect,
): { readonly codec: RealtimeCodec; readonly conversation: Conversation } => {
  let ids = 0
  return {
    codec: new RealtimeCodec({
      dialect,
      sessionId: 'sess_1',
      conversationId: 'conv_1',
      model: 'm',
      startedAt: 0,
      expiresAt: 3_600_000,
    }),
    conversation: new Conversation({
      config: initialConfig(dialect, { model: 'm' }),
      newId: (kind) => `${kind}_${++ids}`,
    }),
  }
}
