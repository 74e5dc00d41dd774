/** Sockets of telephone carriers: who may open one, what a call begins with, and what it is served by. */
import type { SessionConfig } from '../conversation/config.ts'
import { merge } from '../conversation/config.ts'
import { initialConfig } from '../protocols/realtime/config.ts'
import { telephonyError } from '../protocols/telephony/answer.ts'
import type { CarrierName } from '../protocols/telephony/carriers.ts'
import { carriers } from '../protocols/telephony/carriers.ts'
import { TelephonyCodec } from '../protocols/telephony/codec.ts'
import { toolsNamed } from '../protocols/telephony/phone-tools.ts'
import { PlayedSession } from '../session/played-session.ts'
import { turnTimes } from '../telemetry/latency.ts'
import { serveSocket } from '../transports/websocket.ts'
import { isFromPlivo, isFromTelnyx, isFromTwilio, type SignedRequest } from './carrier-signatures.ts'
import type { Settings } from './config.ts'
import type { House } from './house.ts'
import { newRealtimeId } from './realtime-ids.ts'
import { realtimeLife } from './realtime-session.ts'
import { recorded } from './recording.ts'
import { sessionEngines } from './session-engines.ts'
import type { ServeSocket, SocketRequest, SocketWire } from './socket-wire.ts'

/** A message is some hundred bytes; a carrier may send a second at once. */
const messageBytes = 256 * 1024
/** A carrier tells of its call at once. */
const firstMessageMs = 10_000

/** Names in an address that are no words about the call. */
const notParameters = ['authorization', 'token', 'key', 'api_key', 'x-api-key-id', 'sample-rate']

/** What an address says about a call, such as `?voice=alloy`. */
export const parametersIn = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries([...query].filter(([name]) => !notParameters.includes(name.toLowerCase())))

/** Whether a request is signed by the carrier, as far as its secret is known here. */
export const isSigned = (carrier: CarrierName, request: SignedRequest, { telephony }: Settings): boolean => {
  const { twilioAuthToken, plivoAuthToken, telnyxPublicKey } = telephony
  switch (carrier) {
    case 'twilio':
      return twilioAuthToken !== undefined && isFromTwilio(request, twilioAuthToken)
    case 'plivo':
      return plivoAuthToken !== undefined && isFromPlivo(request, plivoAuthToken)
    case 'telnyx':
      return telnyxPublicKey !== undefined && isFromTelnyx(request, telnyxPublicKey, Date.now())
    case 'exotel':
      return false
    default:
      throw carrier satisfies never
  }
}

/** What a call begins with, before the carrier has told of it. */
const callConfig = (carrier: CarrierName, { telephony, voice }: Settings): SessionConfig => {
  const { model, instructions, language, interruption, tools } = telephony
  const { encoding, sampleRate } = carriers[carrier].format
  const format = { encoding, sampleRate }
  const config = initialConfig('openai', { model, instructions, voice, interruption })
  return merge(config, {
    input: { format },
    output: { format, language, ...(telephony.voice !== '' && { voice: telephony.voice }) },
    ...(telephony.voice !== '' && { voiceUse: { manner: false } }),
    tools: toolsNamed(tools),
  })
}

const serveCall =
  (house: House, carrier: CarrierName, { query }: SocketRequest): ServeSocket =>
  async (socket, { log, shutdown, sessionId }) => {
    const { settings } = house
    const { greeting, dtmf: keys } = settings.telephony
    const codec = new TelephonyCodec({ carrier, greeting, keys, parameters: parametersIn(query) })
    const session = new PlayedSession({
      config: callConfig(carrier, settings),
      engines: sessionEngines(house),
      newId: newRealtimeId,
      log,
      phrases: house.phrases,
      keptAudioMs: 0,
      lagMs: () => codec.lagMs,
      observe: turnTimes((times) => {
        log.info({ ...times }, 'turn answered')
        house.observe?.({ sessionId, ...times })
      }),
    })
    // When the server is told to stop, what is being said may be heard to its end.
    const end = new AbortController()
    const now = (): void => end.abort()
    const soon = (): void => void session.quiet().then(now)
    shutdown.addEventListener('abort', now, { once: true })
    house.shutdown.addEventListener('abort', soon, { once: true })
    const record = recorded(codec, { dir: settings.record.dir, sessionId, log })
    await serveSocket(socket, {
      codec: record.codec,
      session,
      log,
      pingMs: settings.ping.everyMs,
      firstMessageMs,
      lifeMs: realtimeLife(house).lifeMs,
      shutdown: end.signal,
    })
    shutdown.removeEventListener('abort', now)
    house.shutdown.removeEventListener('abort', soon)
    await record.close()
  }

const telephonySocket = (house: House, carrier: CarrierName): SocketWire => ({
  name: `telephony-${carrier}`,
  messageBytes,
  admits: ({ url, headers }) =>
    isSigned(carrier, { method: 'GET', url, headers, body: '' }, house.settings) ? carrier : undefined,
  open: (request) => serveCall(house, carrier, request),
  refuse: (error) => telephonyError(error),
})

/** The sockets of those carriers that are switched on, by path. */
export const telephonySockets = (house: House): readonly [path: string, SocketWire][] =>
  house.settings.telephony.carriers.map((carrier) => [`/telephony/${carrier}`, telephonySocket(house, carrier)])
