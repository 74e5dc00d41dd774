/** Text-to-speech: text → audio. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Stressed } from '../steering/emphasis.ts'
import type { SoundName } from '../steering/sounds.ts'
import type { Style } from '../steering/style.ts'
import type { EngineCard, Work } from './engine.ts'

/** What a voice is given to speak. A text is spoken as one phrase: its prosody is that of a whole. */
export type Piece =
  | {
      readonly type: 'text'
      readonly text: string
      /** How; missing: as the voice is by itself. */
      readonly style?: Style
      /** What is to stand out. */
      readonly stressed?: readonly Stressed[]
    }
  | { readonly type: 'pause'; readonly pauseMs: number }
  /** No words, but the voice: a laugh. One that an engine does not have is passed over. */
  | { readonly type: 'sound'; readonly sound: SoundName; readonly style?: Style }
  /** Comes back as `flushed` once all before it has been spoken. */
  | { readonly type: 'flush'; readonly flush: number }

/** One sound of a word. */
export interface Phone {
  readonly phone: string
  readonly startMs: number
  readonly endMs: number
}

/** `startMs` of frames and words are on the clock of this stream's audio, which begins at 0. */
export type SpeechEvent =
  /** A text that is spoken from here on, as it was given. */
  | { readonly type: 'text'; readonly text: string }
  /** Comes before the audio in which the word ends. `from` and `to` count characters of all texts given so far, joined. */
  | {
      readonly type: 'word'
      readonly text: string
      readonly from: number
      readonly to: number
      readonly startMs: number
      readonly endMs: number
      /** Sounds of the word in order, in the phone set of the engine. */
      readonly phones?: readonly Phone[]
    }
  | { readonly type: 'audio'; readonly frame: AudioFrame }
  | { readonly type: 'flushed'; readonly flush: number }

/** One voice that an engine has. */
export interface Voice {
  /** As `SpeakOptions.voice` takes it. */
  readonly id: string
  readonly name: string
  /** BCP-47. */
  readonly languages: readonly string[]
  readonly gender?: 'female' | 'male'
  readonly description: string
  /** What of a style it follows, where that is not what its engine's voices follow. */
  readonly follows?: readonly (keyof Style)[]
}

export interface SpeakOptions extends Work {
  /** Id of one of `voices`; the engine's first voice where it is missing or unknown. */
  readonly voice?: string
  /** BCP-47, for engines whose voices speak several. */
  readonly language?: string
  /** 1 is the voice's own speed, 2 is twice as fast. */
  readonly speed?: number
}

/**
 * A voice box. Speaks each piece as it comes: the audio of the first is out before the second is synthesised. Ends when
 * the pieces have ended and been spoken; an aborted signal just ends it, within 20 ms.
 */
export interface TextToSpeech {
  /** Hz of the audio that it gives. */
  readonly sampleRate: number
  readonly card: EngineCard
  readonly voices: readonly Voice[]
  /** What of a style its voices follow; missing: nothing. */
  readonly follows?: readonly (keyof Style)[]
  /** Sounds that its voices make; missing: none. */
  readonly sounds?: readonly SoundName[]
  speak(pieces: AsyncIterable<Piece>, options: SpeakOptions): AsyncIterable<SpeechEvent>
  close?(): Promise<void>
}

/** What of a style a voice follows; an unknown one is the engine's first. */
export const followedBy = ({ voices, follows = [] }: TextToSpeech, voice?: string): readonly (keyof Style)[] =>
  (voices.find(({ id }) => id === voice) ?? voices[0])?.follows ?? follows
