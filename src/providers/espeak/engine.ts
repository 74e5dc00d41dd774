/** espeak-ng as text-to-speech: one process for each phrase. */
import { parseWav } from '../../audio/wav.ts'
import type { TextToSpeech } from '../../engines/text-to-speech.ts'
import { VoiceError } from '../../errors.ts'
import { louder } from '../../signal/loudness.ts'
import { plainStyle, type Style } from '../../steering/style.ts'
import { phrasedSounds, type SayOptions, type SayPhrases, speakPhrases } from '../shared/phrased.ts'
import { lengthOf, proportionalTimes } from '../shared/proportional.ts'
import { type Stretch, stretchesOf, type Token, tokensOf } from '../shared/tokens.ts'
import type { Found } from './find.ts'
import { Program } from './program.ts'
import { parseVoices, voiceFor } from './voices.ts'

const sampleRate = 22_050
/** Characters of one run, so that a run is short. */
const stretchLength = 200

const wordsPerMinute = (speed = 1): number => Math.round(175 * (speed > 0 ? Math.min(3.5, Math.max(0.46, speed)) : 1))

/** Pitch from 0 to 99, as espeak-ng takes it; 50 by itself. */
const pitchOf = ({ pitchSemitones }: Style): string =>
  String(Math.round(Math.min(99, Math.max(0, 50 + 6 * pitchSemitones))))

/** A voice's whispering relative: espeak-ng has one of each gender. */
const whisperOf = (voice: string): string => {
  const [language, variant] = voice.split('+')
  return `${language}+${variant?.startsWith('f') ? 'whisperf' : 'whisper'}`
}

/** Without what espeak-ng takes for commands, phonemes or tags, and without what is no character. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\ufffd[\]<>\\]/gu, ' ')

/** Sounds of each token, when espeak-ng tells them one line for each. */
const weightsOf = (tokens: readonly Token[], phonemes: string | undefined): number[] => {
  const lines = (phonemes ?? '').split('\n').filter((line) => line.trim() !== '')
  if (lines.length !== tokens.length) return tokens.map(({ text }) => lengthOf(text))
  // Marks of stress and of changed languages are no sounds; a colon makes one longer.
  return lines.map((line) => line.replace(/\([a-z-]+\)|[\s',_|!;%=-]/g, '').length + 0.5)
}

/** Opens the program that was found. Throws `unavailable` when it does not run. */
export const openEspeak = async (found: Found, runs = 4): Promise<TextToSpeech> => {
  const program = new Program({ ...found, runs, limit: 1000, runMs: 10_000 })
  const closing = new AbortController()
  const table = await program.run(['--voices'], '', closing.signal)
  const voices = parseVoices(table?.toString('utf8') ?? '')
  if (voices.length === 0)
    throw new VoiceError(
      'unavailable',
      `The program ${found.command} has no voices: \`apt-get install espeak-ng-data\`.`,
    )

  const twice = async (args: readonly string[], input: string, signal: AbortSignal): Promise<Buffer | undefined> => {
    try {
      return await program.run(args, input, signal)
    } catch (error) {
      if (!(error instanceof VoiceError) || error.code !== 'provider_failed') throw error
      return program.run(args, input, signal)
    }
  }

  const sayOne = async (text: string, { from, to, tokens }: Stretch<Token>, voice: string, options: SayOptions) => {
    const { signal, speed = 1, style = plainStyle } = options
    const common = ['-v', style.whisper ? whisperOf(voice) : voice, '-b', '1', '--stdin']
    const rate = ['-s', String(wordsPerMinute((speed > 0 ? speed : 1) * style.rate))]
    const [wav, phonemes] = await Promise.all([
      twice([...common, ...rate, '-p', pitchOf(style), '--stdout'], plain(text.slice(from, to)), signal),
      twice([...common, '-q', '-x'], tokens.map((token) => plain(token.text)).join('\n\n'), signal).catch(
        () => undefined,
      ),
    ])
    if (!wav || signal.aborted) return undefined
    // With nothing to say there is not even a header.
    const plainSamples = wav.length > 44 ? parseWav(wav).samples : new Float32Array(0)
    const samples = louder(plainSamples, style.volumeDb)
    const times = proportionalTimes(samples, sampleRate, weightsOf(tokens, phonemes?.toString('utf8')))
    return { samples, words: tokens.map((token, index) => ({ ...token, ...times[index]! })) }
  }

  const say: SayPhrases = async function* (text, options) {
    const voice = voiceFor(voices, options.voice, options.language)
    for (const stretch of stretchesOf(text, tokensOf(text), stretchLength)) {
      const phrase = await sayOne(text, stretch, voice, options)
      if (!phrase) return
      yield phrase
    }
  }

  return {
    sampleRate,
    voices,
    follows: ['rate', 'pitchSemitones', 'volumeDb', 'whisper'],
    sounds: phrasedSounds,
    card: {
      name: 'espeak-ng',
      languages: [...new Set(voices.flatMap(({ languages }) => languages.map((code) => code.split('-')[0]!)))],
      accuracy: 'Plainly a robot. Word times are estimates: each word has its share of the sound, by its phonemes.',
      cost: 0.001,
      better: 'A voice of sherpa-onnx: `parley models list` shows which there are.',
    },
    speak: (pieces, options) => speakPhrases(pieces, options, { sampleRate, say }),
  }
}
