/** `POST /v1/chat/completions`: any language model of this server, on OpenAI's wire. */
import { randomUUID } from 'node:crypto'
import type { Hono } from 'hono'
import type { GenerationEvent } from '../../engines/language-model.ts'
import { asVoiceError, VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { parseJsonWithAudio } from '../../media/json.ts'
import { errorEvent, openaiError } from '../../protocols/openai-audio/http.ts'
import { chatAnswer, chatEvents, readChat } from '../../protocols/openai-chat/http.ts'
import { readBody } from '../body.ts'
import { type Env, guarded, type Refuse, respond, takePlace } from '../guard.ts'
import type { House } from '../house.ts'

const refuse: Refuse = (error) => openaiError(error)

/** Puts what was read ahead before the rest. */
async function* resumed<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

export const openaiChatRoutes = (app: Hono<Env>, house: House): void => {
  const { engines, settings } = house

  app.post('/v1/chat/completions', guarded(house, refuse), async (context) => {
    const { json } = await parseJsonWithAudio(await readBody(context.req.raw, settings.limits.bodyBytes), [])
    const call = readChat(json)
    context.set('model', call.model)
    const { engine, id } = await engines.languageModel(call.model)
    const release = takePlace(house, context.get('key'))
    const work = new AbortController()
    const abort = (): void => work.abort()
    const ties = [context.req.raw.signal, house.shutdown]
    for (const tie of ties) tie.addEventListener('abort', abort, { once: true })
    let open = true
    const done = (): void => {
      for (const tie of ties) tie.removeEventListener('abort', abort)
      abort()
      if (open) release()
      open = false
    }
    const log = house.log.child({ requestId: context.get('requestId') })
    const head = { id: `chatcmpl-${randomUUID().replaceAll('-', '')}`, createdAt: Date.now(), model: id }
    const headers = { 'x-parley-engine': id }
    const failed = (error: unknown): VoiceError =>
      house.shutdown.aborted ? new VoiceError('shutting_down', 'The server is shutting down.') : asVoiceError(error)
    let streaming = false
    try {
      const said = engine.generate(call.messages, { ...call.options, signal: work.signal, log })[Symbol.asyncIterator]()
      // What fails before the first word is refused as an ordinary error.
      const events: AsyncIterable<GenerationEvent> = resumed(await said.next(), said)
      if (!call.stream) {
        const answer = await chatAnswer(events, head)
        return respond({ ...answer, headers: { ...answer.headers, ...headers } })
      }
      streaming = true
      const written = chatEvents(events, head, { usage: call.streamUsage })
      return new Response(asBody(written, { done, failed, log }), {
        headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
      })
    } catch (error) {
      throw failed(error)
    } finally {
      if (!streaming) done()
    }
  })
}

/** Texts as a body, read at the client's pace. A client that leaves ends it. */
const asBody = (
  texts: AsyncGenerator<string>,
  parts: {
    readonly done: () => void
    readonly failed: (error: unknown) => VoiceError
    readonly log: Log
  },
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      let last = ''
      try {
        const next = await texts.next()
        if (!next.done) return controller.enqueue(encoder.encode(next.value))
      } catch (error) {
        const failure = parts.failed(error)
        if (failure.code === 'internal') parts.log.error({ err: failure.cause }, 'request failed')
        last = errorEvent(failure)
      }
      parts.done()
      if (last !== '') controller.enqueue(encoder.encode(last))
      controller.close()
      return undefined
    },
    async cancel() {
      parts.done()
      await texts.return(undefined)
    },
  })
}
