/** Sockets of the wires that only listen: a codec, a listening session and a recording for each. */

import type { LargeWire } from '../protocols/large-message.ts'
import type { RecordableCodec } from '../protocols/replay.ts'
import { ListenSession } from '../session/listen-session.ts'
import { serveSocket } from '../transports/websocket.ts'
import type { House } from './house.ts'
import { largeMessages } from './large-messages.ts'
import { recorded } from './recording.ts'
import type { ServeSocket } from './socket-wire.ts'

/** Node's timers fire at once beyond this. */
const longestTimerMs = 2 ** 31 - 1

/** Serves a listening client. `firstMessageMs` 0: the client may stay silent for ever. `large`: the wire's, where it has large messages. */
export const serveListening =
  (
    house: House,
    codec: RecordableCodec,
    { firstMessageMs, large }: { readonly firstMessageMs: number; readonly large?: LargeWire },
  ): ServeSocket =>
  async (socket, { sessionId, log, shutdown }) => {
    const record = recorded(codec, { dir: house.settings.record.dir, sessionId, log })
    await serveSocket(socket, {
      codec: record.codec,
      session: new ListenSession({ prepare: (start) => house.engines.listenSettings(start), log }),
      log,
      ...(large && { large: largeMessages(large) }),
      pingMs: house.settings.ping.everyMs,
      firstMessageMs,
      lifeMs: Math.min(house.settings.limits.sessionHours * 3_600_000, longestTimerMs),
      shutdown,
    })
    await record.close()
  }
