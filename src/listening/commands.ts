/** What a client of a listening wire can ask, and what it can be told: the two sides that a listening codec converts. */
import type { Heard } from './heard.ts'
import type { ListenChange, ListenSettings } from './settings.ts'

/** How the client's bytes are to be read. `auto` looks at the first bytes; raw audio then is 16-bit PCM. */
export interface AudioFormat {
  readonly encoding: 'auto' | 'pcm16' | 'mulaw' | 'alaw' | 'wav' | 'mp3' | 'ogg' | 'flac'
  /** Hz; for containers their own header wins. */
  readonly sampleRate: number
  /** Interleaved channels, mixed to one. Containers: their own header wins. */
  readonly channels: number
}

/** Suppression of noise: little for a microphone near the mouth, more for one that is far from it. */
export type Noise = 'none' | 'near' | 'far'

/** What a client wants to be heard, how, and by which model. */
export interface ListenStart {
  readonly model: string
  readonly format: AudioFormat
  readonly settings: Partial<Omit<ListenSettings, 'engines' | 'gate' | 'turns'>> & ListenChange
  readonly voiceProfile: boolean
  /** Words are to say who spoke them. */
  readonly diarize?: boolean
  /** How far the speaker is from the microphone, where noise is to be suppressed for the recognizer. Missing: as the operator set it. */
  readonly noise?: Noise
  /** The languages are a hint: dropped where the engine does not know them but tells languages by itself. */
  readonly languageHint?: boolean
  /** Wall time without any audio after which an open turn is ended. 0: never. */
  readonly gapMs: number
  /** Wall time without any message after which the session ends. 0: never. */
  readonly inactivityMs: number
}

export type ListenCommand =
  | { readonly type: 'listen.start'; readonly start: ListenStart }
  /** Bytes in the format of `listen.start`, of any length. */
  | { readonly type: 'audio.append'; readonly bytes: Uint8Array }
  /** The speaker's turn is over; answered by `marked` with the same number. */
  | { readonly type: 'turn.end'; readonly mark: number }
  | { readonly type: 'listen.change'; readonly change: ListenChange }
  /** No more audio: what is pending is finalized, then `listen.ended`. */
  | { readonly type: 'listen.end' }

export type ListenEvent =
  | Heard
  /** The engine that serves, once it is ready. `engine` is its id, such as `pocketsphinx/en-us`. */
  | { readonly type: 'listen.started'; readonly engine: string }
  /** The last event. `audioMs` is all audio that was received. */
  | { readonly type: 'listen.ended'; readonly audioMs: number }
