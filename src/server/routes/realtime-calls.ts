/** Calls over WebRTC: `POST /v1/realtime/calls` answers an offer, `…/{id}/hangup` ends what came of it. */
import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import { VoiceError } from '../../errors.ts'
import {
  type CallOffer,
  callAnswer,
  readFormOffer,
  readJsonOffer,
  readSdpOffer,
} from '../../protocols/realtime/calls.ts'
import { initialConfig } from '../../protocols/realtime/config.ts'
import type { Dialect } from '../../protocols/realtime/dialect.ts'
import type { SecretCall } from '../../protocols/realtime/http.ts'
import { type Credential, findCredential } from '../auth.ts'
import { readBody, readForm } from '../body.ts'
import { type Env, guarded, respond, takePlace } from '../guard.ts'
import type { House } from '../house.ts'
import { openRealtimeSession } from '../realtime-session.ts'
import { realtimeRefusal } from '../realtime-wire.ts'
import { searchNote } from '../search-note.ts'
import { sessionEngines } from '../session-engines.ts'

/** Of an offer and the session beside it. */
const bodyLimitBytes = 1024 * 1024

const readOffer = async (request: Request): Promise<CallOffer> => {
  const type = request.headers.get('content-type') ?? ''
  if (/^multipart\/form-data/i.test(type)) {
    const { form, bytes } = await readForm(request, bodyLimitBytes)
    return readFormOffer(form, bytes)
  }
  const body = new TextDecoder().decode(await readBody(request, bodyLimitBytes))
  return /^application\/json/i.test(type) ? readJsonOffer(body) : readSdpOffer(body)
}

/** A secret says it. Else a form, a model in the address and OpenAI's library are OpenAI's ways; what is left are Inworld's. */
const dialectOf = (request: Request, { form }: CallOffer, pinned: SecretCall | undefined): Dialect => {
  if (pinned) return pinned.dialect
  const openai =
    form === 'multipart' || new URL(request.url).searchParams.has('model') || request.headers.has('x-openai-agents-sdk')
  return openai ? 'openai' : 'inworld'
}

export const realtimeCallRoutes = (app: Hono<Env>, house: House): void => {
  const { calls, settings } = house
  const secretOf = ({ value }: Credential) => house.secrets.find(value, Date.now())
  const guard = guarded(house, (error) => realtimeRefusal(error), {
    tokens: false,
    key: (credential) => secretOf(credential)?.key,
  })
  const engines = sessionEngines(house)
  const see = searchNote(house)

  for (const path of ['/v1/realtime/calls', '/v1/realtime']) {
    app.post(path, guard, async (context) => {
      const request = context.req.raw
      const offer = await readOffer(request)
      const query = new URL(request.url).searchParams
      const credential = findCredential(Object.fromEntries(request.headers), query)
      const pinned = credential && secretOf(credential)?.pinned
      const dialect = dialectOf(request, offer, pinned)
      const { voice, realtime } = settings
      const config = initialConfig(dialect, {
        model: offer.model || pinned?.model || query.get('model') || '',
        transcriptionOnly: offer.transcriptionOnly || (pinned?.transcriptionOnly ?? false),
        session: { ...pinned?.session, ...offer.session },
        voice,
        interruption: realtime.interruption[dialect === 'inworld' ? 'inworld' : 'openai'],
      })
      if (house.engines.busy()) throw new VoiceError('overloaded', 'The server is busy: too many people are talking.')
      const { id: defaultModel } = await house.engines.resolveLanguageModel('')
      const key = context.get('key')
      const release = takePlace(house, key)
      const sessionId = randomUUID()
      const log = house.log.child({ sessionId, wire: 'realtime' })
      const { id, answer } = await calls.open({
        offer: offer.sdp,
        key,
        log,
        release,
        openSession: (line, shutdown) =>
          openRealtimeSession(
            house,
            { dialect, config, defaultModel },
            {
              engines,
              sessionId,
              log,
              shutdown,
              see,
              ...line,
            },
          ),
      })
      return respond(callAnswer(offer, { id, sdp: answer, iceServers: settings.webrtc.iceServers }))
    })
  }

  app.post('/v1/realtime/calls/:id/:deed', guard, async (context) => {
    const call = calls.find(context.req.param('id'), context.get('key'))
    if (context.req.param('deed') !== 'hangup')
      throw new VoiceError('unsupported', 'Calls over WebRTC can be hung up, and nothing else.')
    await call.hangUp()
    return new Response(null, { status: 200 })
  })
}
