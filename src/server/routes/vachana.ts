/** Vachana speech-to-text: the socket, and `POST /stt/v3`. */
import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import { asVoiceError, VoiceError } from '../../errors.ts'
import { json } from '../../protocols/answer.ts'
import { gather } from '../../protocols/hearing.ts'
import { VachanaCodec } from '../../protocols/vachana/codec.ts'
import {
  checkVachanaLength,
  maxVachanaFileMs,
  missingKey,
  readVachanaForm,
  unknownKey,
  vachanaBody,
  vachanaError,
} from '../../protocols/vachana/http.ts'
import { vachanaStart } from '../../protocols/vachana/start.ts'
import { readForm } from '../body.ts'
import { type Env, guarded, type Refuse, respond, withPlace } from '../guard.ts'
import type { House } from '../house.ts'
import { serveListening } from '../listening-wire.ts'
import type { SocketWire } from '../socket-wire.ts'
import { transcribe } from '../transcribe.ts'

const newId = (): string => randomBytes(6).toString('hex')
/** The wire's own limit; its clients send small frames. */
const messageBytes = 1024 * 1024

const refuse: Refuse = (error, { credential }) => {
  if (error.code === 'unauthorized') return credential ? unknownKey : missingKey
  return vachanaError(error)
}

export const vachanaSocket = (house: House): SocketWire => ({
  name: 'vachana',
  messageBytes: Math.min(messageBytes, house.settings.limits.messageBytes),
  open({ headers, query }) {
    const codec = new VachanaCodec(vachanaStart(headers, query, house.settings.vachana), newId)
    return serveListening(house, codec, { firstMessageMs: 0 })
  },
  refuse: (error, known) => refuse(error, { ...known, requestId: '' }),
})

export const vachanaRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, log, settings } = house
  app.post('/stt/v3', guarded(house, refuse), async (context) => {
    const receivedAt = Date.now()
    const { form, bytes } = await readForm(context.req.raw, settings.limits.audioBytes)
    const headers = Object.fromEntries(context.req.raw.headers)
    const call = readVachanaForm(form, headers)
    const audio = bytes.get('audio_file')
    if (!audio || audio.length === 0) {
      throw new VoiceError('invalid_request', 'audio_file holds no audio.', { param: 'audio_file' })
    }
    return withPlace(house, context.get('key'), async () => {
      const startedAt = Date.now()
      const { signal } = context.req.raw
      const limits = { ...house.decodeLimits, maxSeconds: maxVachanaFileMs / 1000 }
      const { engine, events } = await transcribe(audio, { engines, start: call.start, signal, log, limits })
      const hearing = await gather(events).catch((error: unknown) => {
        if (asVoiceError(error).code === 'too_large') checkVachanaLength(Number.POSITIVE_INFINITY)
        throw error
      })
      const body = vachanaBody(hearing, call, { receivedAt, startedAt, at: Date.now(), newId })
      return respond(json(200, body, { 'x-parley-engine': engine }))
    })
  })
}
