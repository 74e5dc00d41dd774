/** Checks of Vachana's speech-to-text socket and of its file request. */
import { writeWav } from '../../audio/wav.ts'
import { at, type Check, differ, fail, type Message, skip } from '../check.ts'
import { Connection } from '../connection.ts'
import { bodyOf, refusedFor, type Scene, type Wish, wrongKey } from '../scene.ts'
import { paced, silence } from '../speech.ts'

const events = 'Realtime: server events'
const frames = 'Realtime: audio frames'
const headers = 'Realtime: connection headers'
const rest = 'REST: POST /stt/v3'

const usualRate = 16_000
const isType = (type: string) => (message: Message) => message.type === type

const open = async (scene: Scene, wish: Wish = {}): Promise<Connection> => {
  const connection = await scene.open({ ...wish, headers: { lang_code: 'en-IN', ...wish.headers } })
  const first = await connection.until('connected', () => true)
  if (first.type !== 'connected') fail('the first message is not connected', first)
  return connection
}

/** Sends audio in frames of 1024 bytes at the pace of speech. */
const hear = async (
  { target }: Scene,
  connection: Connection,
  audio: Uint8Array,
  sampleRate = usualRate,
): Promise<void> =>
  paced(audio, {
    bytesPerSecond: sampleRate * 2,
    stepMs: 512_000 / sampleRate,
    pace: target.pace,
    signal: target.signal,
    send: (frame) => connection.send(new Uint8Array(frame)),
  })

const speak = (
  scene: Scene,
  connection: Connection,
  { silenceMs = 1500, sampleRate = usualRate } = {},
): Promise<void> => hear(scene, connection, scene.speech.pcm(sampleRate, silenceMs), sampleRate)

const transcript = async (connection: Connection, after = 0): Promise<Message> => {
  const event = await connection.until('transcript', ({ type }) => type === 'transcript' || type === 'error', { after })
  return event.type === 'transcript' ? event : fail('an error came in place of transcript', event)
}

const expectWords = ({ text }: Message): void => {
  if (typeof text !== 'string' || text.trim() === '') fail('nothing was heard')
}

const check = (id: string, says: string, reference: string, run: (scene: Scene) => Promise<void>): Check<Scene> => ({
  id,
  says,
  reference,
  run,
})

const form = (scene: Scene, fields: Readonly<Record<string, string>> = { language_code: 'en-IN' }): FormData => {
  const body = new FormData()
  const wav = writeWav(scene.speech.samples(usualRate), usualRate)
  body.set('audio_file', new Blob([new Uint8Array(wav)], { type: 'audio/wav' }), 'audio.wav')
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return body
}

const restPath = (path: string): string => path.replace(/\/stream$/, '')

export const vachanaChecks: readonly Check<Scene>[] = [
  ...[
    ['missing', ''],
    ['wrong', wrongKey],
  ].map(([name, key]) =>
    check(`key-${name}`, `With a key that is ${name} the handshake is refused with 401.`, headers, async (scene) => {
      scene.key()
      const opened = await scene.knock({ key: key! })
      refusedFor(opened, [401, 403])
    }),
  ),
  check('connected', 'connected is the first message, with the rate and the frame size.', events, async (scene) => {
    const { received } = await open(scene)
    for (const [path, wanted] of [
      ['config.sample_rate', 16_000],
      ['config.chunk_size', 512],
    ] as const)
      if (at(received[0], path) !== wanted)
        fail(`${path} is ${String(at(received[0], path))} in place of ${wanted}`, received[0]!)
  }),
  check('request-id', 'connected gives x-api-request-id back.', headers, async (scene) => {
    const { received } = await open(scene, { headers: { 'x-api-request-id': 'req_check' } })
    if (received[0]?.request_id !== 'req_check') fail('it is another one', received[0]!)
  }),
  check('path-short', 'The socket is at /stt/v3 too, where older clients look.', headers, async (scene) => {
    const opened = await scene.knock({ path: restPath })
    if (!(opened instanceof Connection)) return skip(`not offered: refused with ${opened.status}`)
    await opened.until('connected', isType('connected'))
  }),
  check('segment', 'A segment is told as speech_start, speech_end, processing, transcript.', events, async (scene) => {
    const connection = await open(scene)
    await speak(scene, connection)
    expectWords(await transcript(connection))
    const types = connection.received.map(({ type }) => String(type))
    const told = types.slice(0, types.indexOf('transcript') + 1).map((type) => type.replace(/^vad_/, 'speech_'))
    if (told.join() === 'connected,processing,transcript') differ('speech_start and speech_end are left out')
    if (told.join() !== 'connected,speech_start,speech_end,processing,transcript')
      fail(`the order is ${told.join(', ')}`)
  }),
  check('segment-second', 'Segments are counted, each with an id of its own.', events, async (scene) => {
    const connection = await open(scene)
    await speak(scene, connection)
    const first = await transcript(connection)
    const { length } = connection.received
    await speak(scene, connection)
    const second = await transcript(connection, length)
    if (first.segment_id === second.segment_id) fail('both have one id', first, second)
    if (Number(second.segment_index) <= Number(first.segment_index)) fail('segment_index does not grow', first, second)
  }),
  check(
    'gap',
    'When no audio comes any more, an open segment is ended within a second: clients stop sending in place of silence.',
    frames,
    async (scene) => {
      const connection = await open(scene)
      await speak(scene, connection, { silenceMs: 0 })
      const begun = performance.now()
      expectWords(await transcript(connection))
      const tookMs = Math.round(performance.now() - begun)
      // Sent faster than it is spoken, it takes longer to be heard.
      if (tookMs > 1000 && Number.isFinite(scene.target.pace)) fail(`it took ${tookMs} ms`)
    },
  ),
  check('silence', 'Silence makes no events.', events, async (scene) => {
    const connection = await open(scene)
    await hear(scene, connection, silence(2000, usualRate))
    const told = await connection.maybe(() => true, 1, 1000)
    if (told) fail('something is told of silence', told)
  }),
  check('frames-any', 'Frames may be of any length, and cut a sample in two.', frames, async (scene) => {
    const connection = await open(scene)
    const audio = scene.speech.pcm(usualRate, 1500)
    for (let from = 0; from < audio.length; from += 777) connection.send(audio.slice(from, from + 777))
    expectWords(await transcript(connection))
  }),
  check('frames-early', 'Audio that is sent before connected was read is heard.', frames, async (scene) => {
    const connection = await scene.open({ headers: { lang_code: 'en-IN' } })
    await speak(scene, connection)
    expectWords(await transcript(connection))
  }),
  check('frames-empty', 'A frame without audio does nothing.', frames, async (scene) => {
    const connection = await open(scene)
    connection.send(new Uint8Array(0))
    await speak(scene, connection)
    expectWords(await transcript(connection))
  }),
  ...[8000, 44_100, 48_000].map((sampleRate) =>
    check(`rate-${Math.floor(sampleRate / 1000)}k`, `Audio of ${sampleRate} Hz is heard.`, headers, async (scene) => {
      const connection = await open(scene, { headers: { 'x-sample-rate': String(sampleRate) } })
      if (at(connection.received[0], 'config.sample_rate') !== sampleRate)
        fail('connected names another rate', connection.received[0]!)
      await speak(scene, connection, { sampleRate })
      expectWords(await transcript(connection))
    }),
  ),
  check('rate-bad', 'A rate that is not offered is refused at the handshake.', headers, async (scene) => {
    const opened = await scene.knock({ headers: { 'x-sample-rate': '12345' } })
    if (opened instanceof Connection) differ('it is taken')
    else if (opened.status !== 400) differ(`it is refused with ${opened.status} in place of 400`)
  }),
  ...[
    ['list', 'hi-IN, en-IN'],
    ['hinglish', 'en-hi-IN-latn'],
    ['none', ''],
  ].map(([name, code]) =>
    check(
      `language-${name}`,
      name === 'none' ? 'Without lang_code the session opens all the same.' : `lang_code may be ${code}.`,
      headers,
      async (scene) => {
        const opened = await scene.knock(code === '' ? {} : { headers: { lang_code: code! } })
        if (!(opened instanceof Connection)) return differ(`it is refused with ${opened.status}`)
        await opened.until('connected', isType('connected'))
      },
    ),
  ),
  check('texts', 'Text frames are passed over, and never an error.', 'Realtime: client messages', async (scene) => {
    const connection = await open(scene)
    for (const text of ['this is not JSON', '{"type":"unheard_of"}', '[]']) connection.send(text)
    await speak(scene, connection)
    expectWords(await transcript(connection))
  }),
  check(
    'bias',
    'update_settings with a vocabulary is taken without an answer.',
    'Realtime: client messages',
    async (scene) => {
      const connection = await open(scene)
      connection.send({ type: 'update_settings', bias: { list: ['Parley'], score: 1.5 } })
      const told = await connection.maybe(() => true, 1, 500)
      if (told) fail('it is answered', told)
    },
  ),
  check(
    'partials',
    'With x-partials an utterance grows in partial_transcript and ends with one final_transcript.',
    'Realtime: partial results',
    async (scene) => {
      const connection = await open(scene, { headers: { 'x-partials': 'true' } })
      await speak(scene, connection)
      const final = await connection.until('the end', ({ type }) =>
        ['final_transcript', 'transcript', 'error'].includes(String(type)),
      )
      if (final.type === 'transcript') return skip('not offered')
      expectWords(final)
      const told = connection.received.filter(({ utterance_id: id }) => id !== undefined)
      if (told.some(({ utterance_id: id }) => id !== final.utterance_id)) fail('an utterance has two ids', ...told)
      if (connection.received.some(isType('transcript'))) fail('the text comes twice')
    },
  ),
  check('ping', 'A ping of the WebSocket is answered.', headers, async (scene) => {
    if (!(await (await open(scene)).answersPing())) fail('no pong came')
  }),
  check('close', 'A client that closes with 1000 is answered with 1000.', headers, async (scene) => {
    const connection = await open(scene)
    await connection.close(1000)
    const { code } = await connection.closed()
    if (code !== 1000) fail(`it was answered with ${code}`)
  }),
  check(
    'file',
    'A recording is transcribed in one request, answered with 200 and success true.',
    rest,
    async (scene) => {
      const answer = await scene.ask(restPath, { body: form(scene), headers: { 'x-api-request-id': 'req_check' } })
      if (answer.status === 404) return skip('not offered')
      const { success, transcript: text, request_id: id } = bodyOf(answer)
      if (success !== true) fail('success is not true', answer.body as Message)
      if (typeof text !== 'string' || text === '') fail('nothing was heard', answer.body as Message)
      if (id !== 'req_check') fail('request_id is another one', answer.body as Message)
    },
  ),
  check('file-missing', 'A request without audio is answered with 400 and success false.', rest, async (scene) => {
    const body = new FormData()
    body.set('language_code', 'en-IN')
    const answer = await scene.ask(restPath, { body })
    if (answer.status === 404) return skip('not offered')
    if (answer.status === 422) return differ('it is answered with 422')
    if (bodyOf(answer, 400).success !== false) fail('success is not false', answer.body as Message)
  }),
  check('file-key', 'Without a key a request is answered with 401.', rest, async (scene) => {
    scene.key()
    const answer = await scene.ask(restPath, { body: form(scene), key: '' })
    if (answer.status === 404) return skip('not offered')
    if (answer.status !== 401) fail(`it is answered with ${answer.status}`)
  }),
]
