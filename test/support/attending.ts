/** An attendant beside a conversation, as a session has it, without the session. */
import type { ConfigPatch } from '../../src/conversation/config.ts'
import type { SessionEvent } from '../../src/conversation/events.ts'
import type { Input } from '../../src/conversation/inputs.ts'
import type { LanguageModel } from '../../src/engines/language-model.ts'
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts'
import type { Heard } from '../../src/listening/heard.ts'
import { silentLog } from '../../src/log.ts'
import type { Attendant, AttendantParts } from '../../src/session/attendants/attendant.ts'
import { Phrases } from '../../src/session/phrases.ts'
import { drive } from './conversation.ts'
import { scriptedModel, toneVoice } from './talking.ts'

export interface Attending {
  readonly config: ConfigPatch
  readonly model?: LanguageModel
  readonly voice?: TextToSpeech
  /** One after the other, the last again and again. */
  readonly chances?: readonly number[]
  readonly log?: AttendantParts['log']
}

/** Drives both. Close it at the end. */
export const attend = <One extends Attendant>(
  make: (parts: AttendantParts) => One,
  { config, model = scriptedModel(['']), voice = toneVoice(), chances = [0], log = silentLog }: Attending,
) => {
  const driven = drive({ config })
  const end = new AbortController()
  const running = new Set<Promise<void>>()
  const settled = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running)
  }
  const phrases = new Phrases()
  let seen = 0
  let ids = 0
  let asked = 0
  const apply = (input: Input): void => {
    driven.apply(input)
    look()
  }
  const attendant = make({
    config: () => driven.conversation.config,
    items: () => driven.conversation.items,
    apply,
    start: (work) => {
      const task = work(end.signal).finally(() => running.delete(task))
      running.add(task)
    },
    newId: (kind) => `${kind}_${++ids}`,
    engines: {
      languageModel: async () => model,
      voice: async () => ({ engine: voice, voice: 'tone' }),
      stallMs: 30_000,
    },
    phrases,
    random: () => {
      asked += 1
      return chances[Math.min(asked, chances.length) - 1]!
    },
    log,
  })
  const look = (): void => {
    while (seen < driven.events.length) {
      seen += 1
      attendant.see(driven.events[seen - 1]!)
    }
  }
  attendant.see({ type: 'session.created', config: driven.conversation.config })
  return {
    ...driven,
    attendant,
    phrases,
    apply,
    hear: (heard: Heard): void => {
      apply(heard)
      attendant.hear?.(heard)
    },
    /** The user writes, and is answered. */
    exchange: (said: string, answer: string): void => {
      driven.say(said)
      apply({ type: 'reply.create', wishes: { modalities: { audio: false, text: true } } })
      const { replyId } = driven.request()
      apply({ type: 'reply.text', replyId, delta: answer })
      apply({ type: 'reply.ended', replyId, reason: 'finished' })
    },
    told: <Type extends SessionEvent['type']>(type: Type) =>
      driven.events.filter((event): event is SessionEvent & { readonly type: Type } => event.type === type),
    /** Resolves when the attendant has no work. */
    settled,
    close: async () => {
      attendant.close()
      end.abort()
      await settled()
    },
  }
}
