/** Checks of what Inworld's speech-to-text socket takes: rates, chunks, and settings of all kinds. */
import { writeWav } from '../../audio/wav.ts'
import { type Check, fail } from '../check.ts'
import type { Scene } from '../scene.ts'
import { config, expectWords, manual, oneTurn, open, streaming, transcription, usualRate } from './stream.ts'

const messages = 'STT WebSocket: client messages'
const settings = 'STT WebSocket: transcribeConfig'

export const formatChecks: readonly Check<Scene>[] = [
  ...[8000, 24_000, 48_000].map((sampleRate) =>
    streaming(
      `rate-${sampleRate / 1000}k`,
      `Audio of ${sampleRate} Hz is heard.`,
      settings,
      { ...manual, sampleRateHertz: sampleRate },
      async (stream) => {
        expectWords(await oneTurn(stream, sampleRate))
      },
    ),
  ),
  streaming('chunks-odd', 'Chunks may be of any length and cut a sample in two.', messages, manual, async (stream) => {
    const audio = stream.scene.speech.pcm(usualRate)
    for (let from = 0; from < audio.length; from += 1777) stream.chunk(audio.subarray(from, from + 1777))
    stream.endTurn()
    expectWords(transcription(await stream.next('final')))
  }),
  streaming('chunk-large', 'A chunk may hold many seconds.', messages, manual, async (stream) => {
    stream.chunk(stream.scene.speech.pcm(usualRate, 5000))
    stream.endTurn()
    expectWords(transcription(await stream.next('final')))
  }),
  streaming('chunk-empty', 'A chunk without audio does nothing.', messages, manual, async (stream) => {
    stream.chunk(new Uint8Array(0))
    expectWords(await oneTurn(stream))
  }),
  streaming('wav', 'A WAV file that is called LINEAR16 is heard as what it is.', settings, manual, async (stream) => {
    const wav = writeWav(stream.scene.speech.samples(usualRate), usualRate)
    for (let from = 0; from < wav.length; from += 3200) stream.chunk(wav.subarray(from, from + 3200))
    stream.endTurn()
    expectWords(transcription(await stream.next('final')))
  }),
  streaming(
    'settings-foreign',
    'Settings of other providers and fields that are not known are passed over.',
    settings,
    { ...manual, assemblyaiConfig: { maxTurnSilence: 1000 }, groqConfig: { temperature: 0 }, noSuchField: 1 },
    async (stream) => {
      expectWords(await oneTurn(stream))
    },
  ),
  streaming(
    'settings-numbers',
    'Numbers may be written as texts.',
    settings,
    { inworldSttV1Config: { vadThreshold: '0' }, sampleRateHertz: '16000' },
    async (stream) => {
      expectWords(await oneTurn(stream))
    },
  ),
  streaming(
    'settings-prompts',
    'Prompts of any characters are taken.',
    settings,
    { ...manual, prompts: ['Parley', 'C# / .NET', 'a@b|c'] },
    async (stream) => {
      expectWords(await oneTurn(stream))
    },
  ),
  streaming(
    'settings-second',
    'Settings that come a second time are passed over.',
    settings,
    manual,
    async (stream) => {
      stream.send(config(stream.scene, { sampleRateHertz: 8000 }))
      expectWords(await oneTurn(stream))
    },
  ),
  {
    id: 'snake-case',
    says: 'Field names in snake_case are understood.',
    reference: settings,
    run: async (scene) => {
      const stream = await open(scene)
      const { modelId } = config(scene).transcribeConfig
      stream.send({ transcribe_config: { model_id: modelId, inworld_stt_v1_config: { vad_threshold: 0 } } })
      const content = Buffer.from(scene.speech.pcm(usualRate)).toString('base64')
      stream.send({ audio_chunk: { content } })
      stream.send({ end_turn: {} })
      expectWords(transcription(await stream.next('final')))
      stream.send({ close_stream: {} })
      await stream.next('usage')
    },
  },
  streaming(
    'inactivity',
    'With inactivityTimeoutSeconds a stream in which nothing comes is ended with usage and 1000.',
    settings,
    { inactivityTimeoutSeconds: 1 },
    async (stream) => {
      await stream.next('usage')
      const { code } = await stream.connection.closed()
      if (code !== 1000) fail(`the server closed with ${code}`)
    },
  ),
]
