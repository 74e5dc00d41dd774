/** Checks of Inworld's speech-to-text: keys, what is refused, and the file request. */
import { setTimeout as sleep } from 'node:timers/promises'
import { writeWav } from '../../audio/wav.ts'
import { at, type Check, differ, fail, isMessage, type Message, skip } from '../check.ts'
import { Connection } from '../connection.ts'
import { type Answered, bodyOf, refusedFor, type Scene, type Wish, wrongKey } from '../scene.ts'
import { config, kindOf, manual, open, usualRate } from './stream.ts'

const keys = 'STT: authentication'
const errors = 'STT: errors'
const file = 'REST: POST /stt/v1/transcribe'

/** What does not open a stream: refused at the handshake, or told inside it. */
const refusedBy = async (scene: Scene, wish: Wish): Promise<void> => {
  const opened = await scene.knock(wish)
  if (!(opened instanceof Connection)) return refusedFor(opened, [401, 403])
  opened.send(config(scene))
  const told = await opened.until('an error', () => true)
  if (told.error === undefined) fail('the stream is served', told)
  differ('the socket is opened and the error told inside, as it is upstream', told)
}

/** A first message that is wrong: an error of code 3, then a close with 1000. */
const wrong = (id: string, says: string, first: object | string, exactly?: string): Check<Scene> => ({
  id,
  says,
  reference: errors,
  run: async (scene) => {
    const stream = await open(scene)
    stream.send(first)
    const { code } = await stream.connection.closed()
    const [error] = stream.received
    if (!error) return differ(`the socket is closed with ${code} and no word`)
    if (kindOf(error) !== 'error' || stream.received.length > 1)
      fail('something else than one error came', ...stream.received)
    if (at(error, 'error.code') !== 3) fail(`the code is ${String(at(error, 'error.code'))} in place of 3`, error)
    if (!Array.isArray(at(error, 'error.details'))) differ('details is no list', error)
    if (exactly !== undefined && at(error, 'error.message') !== exactly) fail(`the message is not “${exactly}”`, error)
    if (code !== 1000) fail(`the server closed with ${code} in place of 1000`, error)
  },
})

const routed = (id: string, says: string, path: (own: string) => string): Check<Scene> => ({
  id,
  says,
  reference: 'STT: endpoints',
  run: async (scene) => {
    const opened = await scene.knock({ path })
    if (!(opened instanceof Connection)) return differ(`it is refused with ${opened.status}`)
    opened.send({ closeStream: {} })
    await opened.closed()
  },
})

const restPath = (path: string): string => path.replace(/:streamBidirectional$/, '')

const transcribe = (scene: Scene, body: object): Promise<Answered> =>
  scene.ask(restPath, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const spoken = (scene: Scene): string =>
  Buffer.from(writeWav(scene.speech.samples(usualRate), usualRate)).toString('base64')

/** The operation once it has ended. */
const ended = async (scene: Scene, name: string): Promise<Message> => {
  const { signal, timeoutMs } = scene.target
  const until = performance.now() + 6 * timeoutMs
  for (;;) {
    const path = (own: string): string => own.replace(/stt\/v1\/transcribe:\w+$/, `lro/v1alpha/${name}`)
    const operation = bodyOf(await scene.ask(path, { method: 'GET' }))
    if (operation.done === true) return operation as Message
    if (performance.now() > until) return fail('the job does not end', operation as Message)
    await sleep(200, undefined, { signal })
  }
}

const rest = (id: string, says: string, run: (scene: Scene) => Promise<void>): Check<Scene> => ({
  id,
  says,
  reference: file,
  run,
})

export const inworldSttDoorChecks: readonly Check<Scene>[] = [
  {
    id: 'key-missing',
    says: 'Without a key nothing is served.',
    reference: keys,
    run: async (scene) => {
      scene.key()
      await refusedBy(scene, { key: '' })
    },
  },
  {
    id: 'key-wrong',
    says: 'With a wrong key nothing is served.',
    reference: keys,
    run: async (scene) => {
      scene.key()
      await refusedBy(scene, { key: wrongKey })
    },
  },
  {
    id: 'key-bearer',
    says: 'A key may come as Bearer too.',
    reference: keys,
    run: async (scene) => {
      const opened = await scene.knock({ key: '', headers: { authorization: `Bearer ${scene.key()}` } })
      if (!(opened instanceof Connection)) return differ(`it is refused with ${opened.status}`)
      opened.send(config(scene))
      opened.send({ closeStream: {} })
      await opened.until('usage', (message) => kindOf(message) === 'usage')
    },
  },
  {
    id: 'key-query',
    says: 'A browser gives its key in the query.',
    reference: keys,
    run: async (scene) => {
      const opened = await scene.knock({ key: '', query: { authorization: `Basic ${scene.key()}` } })
      if (!(opened instanceof Connection)) return differ(`it is refused with ${opened.status}`)
      opened.send(config(scene))
      opened.send({ closeStream: {} })
      await opened.until('usage', (message) => kindOf(message) === 'usage')
    },
  },
  routed('path-escaped', 'The colon of the path may be written %3A.', (path) => path.replace(/:/g, '%3A')),
  routed('path-doubled', 'Doubled slashes in the path are one.', (path) => `/${path}`),
  {
    id: 'ping',
    says: 'A ping of the WebSocket is answered.',
    reference: keys,
    run: async (scene) => {
      const { connection } = await open(scene)
      if (!(await connection.answersPing())) fail('no pong came')
    },
  },
  wrong(
    'bad-model',
    'A model that is not known is refused in the words that clients look for.',
    { transcribeConfig: { modelId: 'nobody/knows-this' } },
    'No STT client found for model: nobody/knows-this',
  ),
  wrong('bad-json', 'A first message that is no JSON is refused.', '{oops'),
  wrong('bad-order', 'Audio before the settings is refused.', { audioChunk: { content: '' } }),
  wrong('bad-wrap', 'Settings that are not wrapped in transcribeConfig are refused.', {
    modelId: 'inworld/inworld-stt-1',
  }),
  wrong('bad-settings', 'Settings without a model are refused.', { transcribeConfig: {} }),
  {
    id: 'bad-base64',
    says: 'Audio that is no base64 is refused.',
    reference: errors,
    run: async (scene) => {
      const stream = await open(scene)
      stream.send(config(scene, manual))
      stream.send({ audioChunk: { content: '***' } })
      const error = await stream.connection.until('an error', (message) => kindOf(message) === 'error')
      if (at(error, 'error.code') !== 3) fail(`the code is ${String(at(error, 'error.code'))} in place of 3`, error)
      await stream.connection.closed()
    },
  },
  {
    id: 'close-first',
    says: 'A stream that is closed before it has settings is closed with 1000.',
    reference: errors,
    run: async (scene) => {
      const stream = await open(scene)
      stream.send({ closeStream: {} })
      const { code } = await stream.connection.closed()
      if (code !== 1000) fail(`the server closed with ${code}`)
      if (stream.received.length > 0) differ('it says something first', ...stream.received)
    },
  },
  {
    id: 'unknown-message',
    says: 'A message of an unknown key is passed over.',
    reference: errors,
    run: async (scene) => {
      const stream = await open(scene)
      stream.send(config(scene, manual))
      stream.send({ unheardOf: {} })
      await stream.end()
      if (stream.kinds.includes('error')) fail('it is refused', ...stream.received)
    },
  },
  rest('file', 'A recording is transcribed in one request.', async (scene) => {
    const answer = await transcribe(scene, { ...config(scene), audioData: { content: spoken(scene) } })
    if (answer.status === 404) return skip('not offered')
    const { transcription, usage } = bodyOf(answer)
    if (!isMessage(transcription)) return fail('there is no transcription', answer.body as Message)
    if (typeof transcription.transcript !== 'string' || transcription.transcript === '')
      fail('nothing was heard', transcription)
    if (transcription.isFinal !== true) fail('it is not final', transcription)
    if (!Array.isArray(transcription.wordTimestamps)) fail('wordTimestamps is no list', transcription)
    if (typeof at(usage, 'transcribedAudioMs') !== 'number')
      fail('usage does not count the audio as a number', { usage })
  }),
  rest('file-raw', 'Raw audio without a header is transcribed too.', async (scene) => {
    const content = Buffer.from(scene.speech.pcm(usualRate)).toString('base64')
    const answer = await transcribe(scene, { ...config(scene), audioData: { content } })
    if (answer.status === 404) return skip('not offered')
    if (!at(bodyOf(answer), 'transcription.transcript')) fail('nothing was heard', answer.body as Message)
  }),
  rest('file-auto', 'With AUTO_DETECT the recording says itself what it is.', async (scene) => {
    const answer = await transcribe(scene, {
      ...config(scene, { audioEncoding: 'AUTO_DETECT' }),
      audioData: { content: spoken(scene) },
    })
    if (answer.status === 404) return skip('not offered')
    if (!at(bodyOf(answer), 'transcription.transcript')) fail('nothing was heard', answer.body as Message)
  }),
  rest('file-job', 'A recording is transcribed as a job: an operation, its end, and a document.', async (scene) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ ...config(scene), audioData: { content: spoken(scene) } })
    const asked = await scene.ask((path) => `${restPath(path)}:async`, { headers, body })
    if (asked.status === 404 || asked.status === 501) return skip('not offered')
    const { name } = bodyOf(asked)
    if (typeof name !== 'string' || name === '') return fail('the operation has no name', asked.body as Message)
    const operation = await ended(scene, name)
    if ('error' in operation) fail('the job failed', operation)
    const address = at(operation, 'response.resultUri')
    if (typeof address !== 'string') return fail('there is no resultUri', operation)
    const document = (await (await fetch(address, { signal: scene.target.signal })).json()) as Message
    if (typeof document.transcript !== 'string' || document.transcript === '') fail('nothing was heard', document)
    const [first] = Array.isArray(document.segments) ? (document.segments as readonly Message[]) : []
    if (!first) return fail('there are no segments', document)
    if (typeof first.startTimeMs !== 'string' || typeof first.endTimeMs !== 'string')
      differ('the times of a segment are no text', first)
  }),
  rest('file-key', 'Without a key a request is answered with 401 and {code, message}.', async (scene) => {
    scene.key()
    const answer = await scene.ask(restPath, { key: '', headers: { 'content-type': 'application/json' }, body: '{}' })
    if (answer.status === 404) return skip('not offered')
    const { code, message } = bodyOf(answer, 401)
    if (code !== 16 || typeof message !== 'string') fail('the body is not {code: 16, message}', answer.body as Message)
  }),
  rest('file-empty', 'A request without audio is answered with 400 and code 3.', async (scene) => {
    const answer = await transcribe(scene, { ...config(scene), audioData: { content: '' } })
    if (answer.status === 404) return skip('not offered')
    if (bodyOf(answer, 400).code !== 3) fail('the code is not 3', answer.body as Message)
  }),
]
