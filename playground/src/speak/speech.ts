/** A speech: asked for, played as it comes, and kept to be played again. */
import { batch, signal } from '@preact/signals'
import { Peaks } from '../audio/peaks.ts'
import { SpeechPlayer } from '../audio/player.ts'
import { fromPcm16, joined, toWav } from '../audio/wav.ts'
import { withoutTags } from '../speech/steering.ts'
import { placeWords, type SpokenWord, type TimestampInfo } from '../speech/word-times.ts'
import { linesOf } from '../wire/lines.ts'
import { request } from '../wire/request.ts'
import { sampleRate, speechCall, text } from './options.ts'

export type Phase = 'idle' | 'waiting' | 'playing' | 'done'

export const phase = signal<Phase>('idle')
export const trouble = signal('')
/** What is spoken, as it was written when it was asked for. */
export const spokenText = signal('')
export const words = signal<readonly SpokenWord[]>([])
/** How much has been heard; undefined where nothing plays. */
export const atMs = signal<number | undefined>(undefined)
/** The outline so far; it grows in place, with `lengthMs`. */
export const outline = signal(new Peaks(sampleRate))
export const lengthMs = signal(0)
/** Milliseconds until the first sound came, and until the last. */
export const times = signal<{ readonly firstMs?: number; readonly allMs?: number }>({})

/** A line of the answer. */
interface SpeechLine {
  readonly result?: { readonly audioContent?: string; readonly timestampInfo?: TimestampInfo }
  readonly error?: { readonly message: string }
}

let parts: Float32Array<ArrayBuffer>[] = []
let asked = new AbortController()
let frame = 0
let sounding: { readonly context: AudioContext; readonly player: SpeechPlayer } | undefined

const speechId = 'speech'

/** Opened at the first press, as browsers want it, and used ever after. */
const open = async (): Promise<SpeechPlayer> => {
  if (!sounding) {
    const context = new AudioContext({ sampleRate })
    sounding = { context, player: new SpeechPlayer(context, context.destination, sampleRate) }
  }
  await sounding.context.resume()
  // Heard anew from its beginning.
  sounding.player.clear()
  sounding = { ...sounding, player: new SpeechPlayer(sounding.context, sounding.context.destination, sampleRate) }
  return sounding.player
}

/** Follows the voice until it is silent and no more comes. */
const follow = (player: SpeechPlayer): void => {
  cancelAnimationFrame(frame)
  const step = (): void => {
    atMs.value = player.heardMs(speechId)
    if (player.current === undefined && phase.value === 'done') {
      atMs.value = undefined
      return
    }
    frame = requestAnimationFrame(step)
  }
  frame = requestAnimationFrame(step)
}

/** Has the text spoken. */
export const speak = async (): Promise<void> => {
  stop()
  asked = new AbortController()
  const { signal: called } = asked
  parts = []
  batch(() => {
    phase.value = 'waiting'
    trouble.value = ''
    spokenText.value = text.value
    words.value = []
    outline.value = new Peaks(sampleRate)
    lengthMs.value = 0
    times.value = {}
  })
  const begun = performance.now()
  const timed: TimestampInfo[] = []
  const plain = withoutTags(text.value)
  try {
    const player = await open()
    const answer = await request('/tts/v1/voice:stream', { json: speechCall('PCM'), signal: called })
    for await (const line of linesOf(answer)) {
      if (called.aborted) return
      const { result, error } = JSON.parse(line) as SpeechLine
      if (error) throw new Error(error.message)
      if (result?.timestampInfo) {
        timed.push(result.timestampInfo)
        words.value = placeWords(plain, timed)
      }
      if (!result?.audioContent) continue
      const samples = fromPcm16(result.audioContent)
      player.push(speechId, samples)
      parts.push(samples)
      outline.value.push(samples)
      lengthMs.value = outline.value.lengthMs
      if (phase.value !== 'waiting') continue
      times.value = { firstMs: performance.now() - begun }
      phase.value = 'playing'
      follow(player)
    }
    batch(() => {
      times.value = { ...times.value, allMs: performance.now() - begun }
      phase.value = 'done'
    })
  } catch (error) {
    if (called.aborted) return
    batch(() => {
      trouble.value = error instanceof Error ? error.message : String(error)
      phase.value = parts.length > 0 ? 'done' : 'idle'
    })
  }
}

/** Plays what was spoken once more. */
export const playAgain = async (): Promise<void> => {
  const player = await open()
  player.push(speechId, joined(parts))
  follow(player)
}

/** Falls silent, and asks for no more. */
export const stop = (): void => {
  asked.abort()
  sounding?.player.clear()
  cancelAnimationFrame(frame)
  batch(() => {
    atMs.value = undefined
    if (phase.value !== 'idle') phase.value = parts.length > 0 ? 'done' : 'idle'
  })
}

/** All that was spoken, as a file. */
export const wav = (): Blob => toWav(joined(parts), sampleRate)
