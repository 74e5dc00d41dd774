/** `realtime --only truncation`: whether the text that is kept of a cut answer is what was heard. */
import type { WebSocket } from 'ws'
import { wavOfPcm16 } from '../../src/audio/wav.ts'
import { benchKey } from '../load/key.ts'
import { figure, percent, progress, progressDone, type Table } from '../report.ts'
import { spread } from '../statistics.ts'
import { align, wordsOf } from '../wer.ts'
import { withServer } from './pair.ts'
import { connect, read, type Told, wireRate } from './wire.ts'

const cutsPerAnswer = 20

/** What came back of one question. */
interface Answer {
  readonly itemId: string
  readonly transcript: string
  readonly pcm: Uint8Array
}

const ask = (socket: WebSocket, text: string): Promise<Answer> =>
  new Promise((resolve) => {
    let itemId = ''
    let transcript = ''
    const audio: Buffer[] = []
    const take = (data: WebSocket.RawData): void => {
      const told = read(data) as Told & { readonly transcript?: string }
      if (told.type === 'response.output_audio.delta') {
        itemId = told.item_id ?? ''
        audio.push(Buffer.from(told.delta ?? '', 'base64'))
      }
      if (told.type === 'response.output_audio_transcript.delta') transcript += told.delta ?? ''
      if (told.type !== 'response.done') return
      socket.off('message', take)
      resolve({ itemId, transcript, pcm: new Uint8Array(Buffer.concat(audio)) })
    }
    socket.on('message', take)
    const content = [{ type: 'input_text', text }]
    socket.send(JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } }))
    socket.send(JSON.stringify({ type: 'response.create' }))
  })

/** The text that is kept when so much was heard. */
const keptAfter = (socket: WebSocket, itemId: string, heardMs: number): Promise<string> =>
  new Promise((resolve) => {
    const take = (data: WebSocket.RawData): void => {
      const told = read(data)
      if (told.type !== 'conversation.item.retrieved') return
      socket.off('message', take)
      resolve(told.item?.content?.[0]?.transcript ?? '')
    }
    socket.on('message', take)
    const place = { item_id: itemId, content_index: 0, audio_end_ms: Math.round(heardMs) }
    socket.send(JSON.stringify({ type: 'conversation.item.truncate', ...place }))
    socket.send(JSON.stringify({ type: 'conversation.item.retrieve', item_id: itemId }))
  })

interface HeardWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

/** What the recognizer hears in the answer, with times: a judge that knows nothing of the voice's own. */
const recognise = async (url: string, pcm: Uint8Array): Promise<readonly HeardWord[]> => {
  const form = new FormData()
  form.set('file', new Blob([wavOfPcm16(pcm, wireRate) as Uint8Array<ArrayBuffer>]), 'answer.wav')
  form.set('model', 'whisper-1')
  form.set('response_format', 'verbose_json')
  form.set('timestamp_granularities[]', 'word')
  const headers = { authorization: `Bearer ${benchKey}` }
  const response = await fetch(`${url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form })
  if (!response.ok) throw new Error(await response.text())
  return ((await response.json()) as { readonly words?: readonly HeardWord[] }).words ?? []
}

/** The middle of each word of the text, in milliseconds; undefined where the recognizer did not hear it. */
const middles = (words: readonly string[], heard: readonly HeardWord[]): (number | undefined)[] => {
  const times: (number | undefined)[] = words.map(() => undefined)
  const found = heard.flatMap(({ word, start, end }) =>
    wordsOf(word).map((part) => ({ part, middle: (start + end) / 2 })),
  )
  for (const step of align(
    words,
    found.map(({ part }) => part),
  )) {
    if (step.type === 'match') times[step.reference] = found[step.heard]!.middle * 1000
  }
  return times
}

/** How many words were heard: the last whose middle is past, those around it that were not recognised shared out evenly. */
const heardCount = (times: readonly (number | undefined)[], heardMs: number): { least: number; most: number } => {
  let least = 0
  let most = times.length
  times.forEach((time, at) => {
    if (time === undefined) return
    if (time <= heardMs) least = at + 1
    else most = Math.min(most, at)
  })
  return { least, most: Math.max(least, most) }
}

const questions = [
  'Tell me a story of 60 words.',
  'Tell me a short story.',
  'Tell me a story of 90 words about the sea.',
]

export const truncation = async (options: { readonly cuts: number }): Promise<Table> => {
  const errors: number[] = []
  let words = 0
  let recognised = 0
  try {
    await withServer({ speechToText: 'auto', languageModel: 'parley/rules', textToSpeech: 'auto' }, async ({ url }) => {
      const socket = await connect(url)
      const session = { type: 'realtime', audio: { input: { turn_detection: null } } }
      socket.send(JSON.stringify({ type: 'session.update', session }))
      for (let i = 0; errors.length < options.cuts; i += 1) {
        progress(`truncation: ${errors.length} of ${options.cuts}`)
        const { itemId, transcript, pcm } = await ask(socket, questions[i % questions.length]!)
        const said = wordsOf(transcript)
        const times = middles(said, await recognise(url, pcm))
        words += said.length
        recognised += times.filter((time) => time !== undefined).length
        const totalMs = pcm.length / 2 / (wireRate / 1000)
        const cuts = Array.from({ length: cutsPerAnswer }, () => Math.random() * totalMs).sort((a, b) => b - a)
        for (const heardMs of cuts) {
          const kept = wordsOf(await keptAfter(socket, itemId, heardMs)).length
          const { least, most } = heardCount(times, heardMs)
          errors.push(kept < least ? least - kept : kept > most ? kept - most : 0)
        }
      }
      socket.close()
    })
    const share = (most: number): number => errors.filter((error) => error <= most).length / errors.length
    const { p95, p99 } = spread(errors)
    return {
      title: 'Truncation error, words',
      columns: ['cuts', 'exact', 'at most 1', 'p95', 'p99', 'worst', 'words recognised'],
      rows: [
        [
          ...[String(errors.length), percent(share(0)), percent(share(1)), figure(p95, 0), figure(p99, 0)],
          ...[figure(Math.max(...errors), 0), percent(recognised / words)],
        ],
      ],
      method: [
        'Stories of `parley/rules` in flite’s voice over a real socket, cut at random places by `conversation.item.truncate`; the text kept (`conversation.item.retrieve`) against what was heard until then.',
        'What was heard is told by PocketSphinx, which hears the whole answer with word times and knows nothing of the voice’s own: a word counts once its middle is past. Words that it did not recognise count for either side. Aim: at most 1 word in 99 %.',
      ],
      data: { errors, words, recognised },
    }
  } finally {
    progressDone()
  }
}
