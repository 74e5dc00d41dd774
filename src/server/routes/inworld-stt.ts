/** Inworld speech-to-text: the socket, and `POST /stt/v1/transcribe`. */
import type { Hono } from 'hono'
import { json } from '../../protocols/answer.ts'
import { gather } from '../../protocols/hearing.ts'
import { InworldSttCodec } from '../../protocols/inworld-stt/codec.ts'
import {
  inworldError,
  missingCredential,
  statusAnswer,
  transcribeBody,
  unknownCredential,
} from '../../protocols/inworld-stt/http.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, type Refuse, respond, withPlace } from '../guard.ts'
import type { House } from '../house.ts'
import { readInworldBody } from '../inworld-body.ts'
import { serveListening } from '../listening-wire.ts'
import type { SocketWire } from '../socket-wire.ts'
import { transcribe } from '../transcribe.ts'

/** Refusals of Inworld's speech-to-text. */
export const refuseInworld: Refuse = (error, { credential, model }) =>
  error.code === 'unauthorized'
    ? statusAnswer(credential ? unknownCredential : missingCredential)
    : inworldError(error, model)

export const inworldSocket = (house: House): SocketWire => {
  const { limits, inworld } = house.settings
  return {
    name: 'inworld-stt',
    messageBytes: limits.messageBytes,
    open: () =>
      serveListening(house, new InworldSttCodec(), { firstMessageMs: inworld.firstMessageMs, large: 'inworld-stt' }),
    refuse: (error, known) => refuseInworld(error, { ...known, requestId: '' }),
    refuseInBand: (error, { credential }) =>
      inworld.inBandRefusal === true || (inworld.inBandRefusal === 'query' && credential?.fromQuery)
        ? new InworldSttCodec().refuse(error)
        : undefined,
  }
}

export const inworldRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, log, settings } = house
  const guard = guarded(house, refuseInworld)
  app.post('/stt/v1/transcribe', guard, async (context) => {
    const { signal } = context.req.raw
    const { config, audio } = await readInworldBody(
      'transcribe',
      await readBody(context.req.raw, settings.limits.bodyBytes),
    )
    context.set('model', config.modelId)
    return withPlace(house, context.get('key'), async () => {
      const { engine, events } = await transcribe(audio, {
        engines,
        start: config.start,
        signal,
        log,
        limits: house.decodeLimits,
      })
      const body = transcribeBody(await gather(events), config)
      const id = context.get('requestId')
      return respond(json(200, body, { 'x-parley-engine': engine, 'x-inworld-request-id': id }))
    })
  })
}
