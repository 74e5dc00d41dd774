/** Models and voices that do no thinking: a script to write, a tone to speak. */
import type { ReplyRequest } from '../../src/conversation/effects.ts'
import type { GenerateOptions, GenerationEvent, LanguageModel, Message } from '../../src/engines/language-model.ts'
import type { SpeakOptions, TextToSpeech } from '../../src/engines/text-to-speech.ts'

/** A step of a script: text, an event, a failure, or a promise to wait for. */
export type Step = string | GenerationEvent | Error | Promise<unknown>

export interface ModelCalls {
  readonly requests: { readonly messages: readonly Message[]; readonly options: GenerateOptions }[]
  /** Steps taken, over all calls: what was computed. */
  steps: number
  /** Calls that have ended. */
  ended: number
}

/** Writes the scripts, one for each call, the last one again and again. Ends with `finish` unless the script does. */
export const scriptedModel = (
  ...scripts: readonly (readonly Step[])[]
): LanguageModel & { readonly calls: ModelCalls } => {
  const calls: ModelCalls = { requests: [], steps: 0, ended: 0 }
  return {
    card: { name: 'Script' },
    calls,
    async *generate(messages, options) {
      const script = scripts[Math.min(calls.requests.length, scripts.length - 1)] ?? []
      calls.requests.push({ messages, options })
      const aborted = new Promise<void>((resolve) => options.signal.addEventListener('abort', () => resolve()))
      try {
        for (const step of script) {
          if (options.signal.aborted) return
          calls.steps += 1
          if (step instanceof Promise) await Promise.race([step, aborted])
          else if (step instanceof Error) throw step
          else if (typeof step === 'string') yield { type: 'text', delta: step }
          else yield step
          if (typeof step === 'object' && 'type' in step && step.type === 'finish') return
        }
        if (!options.signal.aborted) yield { type: 'finish', reason: 'stop' }
      } finally {
        calls.ended += 1
      }
    },
  }
}

export interface VoiceCalls {
  readonly options: SpeakOptions[]
  readonly texts: string[]
  ended: number
}

/** Speaks 50 ms of a quiet tone for each character, in frames of 100 ms, and says when each word is heard. */
export const toneVoice = ({
  sampleRate = 16_000,
  msPerCharacter = 50,
  hertz = 0,
  before = async () => {},
}: {
  readonly sampleRate?: number
  readonly msPerCharacter?: number
  /** Pitch of the tone; 0: samples that are all the same, which some codecs pass over. */
  readonly hertz?: number
  /** Awaited before each text; may throw. */
  readonly before?: (text: string) => Promise<void>
} = {}): TextToSpeech & { readonly calls: VoiceCalls } => {
  const calls: VoiceCalls = { options: [], texts: [], ended: 0 }
  return {
    sampleRate,
    card: { name: 'Tone' },
    voices: [{ id: 'tone', name: 'Tone', languages: ['en'], description: 'A tone.' }],
    calls,
    async *speak(pieces, options) {
      calls.options.push(options)
      let ms = 0
      let characters = 0
      try {
        for await (const piece of pieces) {
          if (options.signal.aborted) return
          if (piece.type === 'flush') yield { type: 'flushed', flush: piece.flush }
          if (piece.type !== 'text') continue
          calls.texts.push(piece.text)
          await before(piece.text)
          yield { type: 'text', text: piece.text }
          for (const { 0: word, index } of piece.text.matchAll(/\S+/g)) {
            const place = (at: number): number => ms + at * msPerCharacter
            const [from, to] = [characters + index, characters + index + word.length]
            yield { type: 'word', text: word, from, to, startMs: place(index), endMs: place(index + word.length) }
          }
          for (let left = piece.text.length * msPerCharacter; left > 0; left -= 100) {
            if (options.signal.aborted) return
            const length = Math.min(left, 100)
            const step = (2 * Math.PI * hertz) / sampleRate
            const samples = new Float32Array((length * sampleRate) / 1000).map((_, at) => 0.1 * Math.cos(step * at))
            yield { type: 'audio', frame: { samples, sampleRate, startMs: ms } }
            ms += length
          }
          characters += piece.text.length
        }
      } finally {
        calls.ended += 1
      }
    },
  }
}

/** A request for a written answer, changed by `more`. */
export const replyRequest = (more: Partial<ReplyRequest> = {}): ReplyRequest => ({
  replyId: 'r',
  model: 'm',
  messages: [],
  tools: [],
  toolChoice: 'auto',
  parallelTools: true,
  maxTokens: null,
  sampling: {},
  metadata: {},
  ...more,
})
