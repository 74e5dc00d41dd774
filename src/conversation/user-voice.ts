/** UserVoice: what the user's voice was like in each turn. Kept beside the items: no client sees it there. */
import type { Trait } from '../engines/voice-profiler.ts'
import type { SessionConfig } from './config.ts'
import { type Impression, Impressions } from './impression.ts'
import type { Item } from './item.ts'
import { mannerFor, moodOf, noteOf, paceFor, routerKeys } from './voice-note.ts'

/** What of a voice goes into a request. */
export interface VoiceHints {
  /** The note on a user's item; empty: none. */
  readonly noteOn: (itemId: string) => string
  readonly metadata: Readonly<Record<string, string>>
  /** How to begin to speak, in words; empty: as the voice is. */
  readonly manner: string
  /** Times the session's own speed. */
  readonly pace: number
}

export interface VoiceSource {
  /** What goes into a spoken answer to these items. */
  hintsFor(context: readonly Item[], config: SessionConfig): VoiceHints
}

const none: VoiceHints = { noteOn: () => '', metadata: {}, manner: '', pace: 1 }

/** What of the user's voice may be used, for the session as it is set now. */
export const voiceUse = ({ voiceProfile, voiceUse, kind }: SessionConfig): SessionConfig['voiceUse'] =>
  voiceProfile === 'off' || kind === 'transcription' ? { notes: false, manner: false, pace: false } : voiceUse

export class UserVoice implements VoiceSource {
  readonly #impressions = new Impressions()
  readonly #byItem = new Map<string, Impression>()

  /** The turn of this item is over, and sounded so. */
  heard(itemId: string, traits: readonly Trait[]): void {
    this.#byItem.set(itemId, this.#impressions.hear(traits))
  }

  /** Somebody else is speaking: what is believed of the voice begins anew. */
  anew(): void {
    this.#impressions.forget()
  }

  /** This item's turn goes on, and sounds so by now. */
  sounds(itemId: string, traits: readonly Trait[]): void {
    this.#byItem.set(itemId, this.#impressions.foresee(traits))
  }

  /** Mood and manner alone: an answer that was begun is not begun anew because a voice seems a little higher or faster. */
  readonly mood: VoiceSource = {
    hintsFor: (context, config) => ({
      ...this.hintsFor(context, config),
      noteOn: voiceUse(config).notes ? (itemId) => moodOf(this.#byItem.get(itemId) ?? new Map()) : none.noteOn,
      metadata: none.metadata,
      pace: none.pace,
    }),
  }

  /** The item is gone. */
  forget(itemId: string): void {
    this.#byItem.delete(itemId)
  }

  /** What goes into a spoken answer to these items. */
  hintsFor(context: readonly Item[], config: SessionConfig): VoiceHints {
    const use = voiceUse(config)
    const last = context.findLast((item) => item.type === 'message' && item.role === 'user')
    const impression: Impression = (last && this.#byItem.get(last.id)) ?? new Map()
    return {
      noteOn: use.notes ? (itemId) => noteOf(this.#byItem.get(itemId) ?? new Map()) : none.noteOn,
      metadata: use.notes ? routerKeys(impression) : none.metadata,
      manner: use.manner ? mannerFor(impression) : none.manner,
      pace: use.pace ? paceFor(impression) : none.pace,
    }
  }
}

/** Of an answer that nobody speaks. */
export const noHints = none
