/** OpenAI's audio routes: `POST /v1/audio/transcriptions` and `GET /v1/models`. */
import type { Hono } from 'hono'
import { asVoiceError, VoiceError } from '../../errors.ts'
import { gather } from '../../protocols/hearing.ts'
import {
  errorEvent,
  type ListedModel,
  modelAnswer,
  modelsAnswer,
  openaiError,
  readTranscription,
  referenceError,
  transcriptionAnswer,
  transcriptionEvents,
} from '../../protocols/openai-audio/http.ts'
import { readForm } from '../body.ts'
import { type Env, guarded, type Refuse, respond, withPlace } from '../guard.ts'
import type { House } from '../house.ts'
import { knownSpeakers } from '../known-speakers.ts'
import { listModels } from '../listed-models.ts'
import { transcribe } from '../transcribe.ts'

const refuse: Refuse = (error) => openaiError(error)

export const openaiRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, log, settings } = house
  const guard = guarded(house, refuse)
  const startedAt = Date.now()

  app.post('/v1/audio/transcriptions', guard, async (context) => {
    const { form, bytes } = await readForm(context.req.raw, settings.limits.audioBytes)
    const call = readTranscription(form)
    const audio = bytes.get('file')
    if (!audio || audio.length === 0) throw new VoiceError('invalid_request', 'The file is empty.', { param: 'file' })
    const { signal } = context.req.raw
    const limits = house.decodeLimits
    const known = await knownSpeakers(call.knownSpeakers, { signal, limits }).catch((error: unknown) => {
      throw referenceError(asVoiceError(error))
    })
    const start = { ...call.start, settings: { ...call.start.settings, knownSpeakers: known } }
    const hear = () => transcribe(audio, { engines, start, signal, log, limits })
    if (!call.stream) {
      return withPlace(house, context.get('key'), async () => {
        const { engine, events } = await hear()
        const answer = transcriptionAnswer(await gather(events), call)
        return respond({ ...answer, headers: { ...answer.headers, 'x-parley-engine': engine } })
      })
    }
    // What can be refused is refused before the stream begins, as an ordinary error.
    const { engine } = await engines.resolve(call.start.model)
    const stream = new ReadableStream<Uint8Array>({
      async start(controller) {
        const encoder = new TextEncoder()
        const send = (text: string): void => controller.enqueue(encoder.encode(text))
        try {
          await withPlace(house, context.get('key'), async () => {
            for await (const event of transcriptionEvents((await hear()).events, call)) send(event)
          })
        } catch (error) {
          const failure = asVoiceError(error)
          if (failure.code === 'internal') log.error({ err: failure.cause }, 'request failed')
          if (!signal.aborted) send(errorEvent(failure))
        }
        if (!signal.aborted) controller.close()
      },
    })
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-parley-engine': engine }
    return new Response(stream, { headers })
  })

  const models = async (): Promise<readonly ListedModel[]> => listModels(engines, settings, startedAt)
  app.get('/v1/models', guard, async () => respond(modelsAnswer(await models())))
  app.get('/v1/models/*', guard, async (context) => {
    const id = context.req.path.slice('/v1/models/'.length)
    const model = (await models()).find((listed) => listed.id === id)
    if (!model) throw new VoiceError('unknown_model', `The model ${id} does not exist here.`, { param: 'model' })
    return respond(modelAnswer(model))
  })
}
