/** Heard: what can be heard. */
import type { Word } from '../engines/speech-to-text.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import type { SpeakerSpan } from './speaker-clusters.ts'

/**
 * What a listener noticed, in the order in which it noticed it. Times are milliseconds on the input's audio clock. Each
 * names its utterance (0, 1, 2…: one turn of the speaker). Per utterance:
 *
 * `speech.started` → (`transcript.partial` | `voice.profiled` | `speech.lasted` | `speech.stopped` | `speech.resumed`)* →
 * `turn.ended` → `voice.profiled`* → exactly one `transcript.final`.
 *
 * In a pause, where a turn detector listens, `turn.likely` may come, again with each change of the words, and `turn.unlikely`
 * takes it back: before `speech.resumed`, or because of other words.
 *
 * The next `speech.started` may come before the last `transcript.final`; finals come in the order of their utterances.
 * With manual turns there is no `speech.*`; an utterance begins with its first partial, `turn.ended`, or final.
 */
export type Heard =
  /** `confidence` is the likelihood of speech, 0…1, that opened the gate. */
  | {
      readonly type: 'speech.started'
      readonly utterance: number
      readonly startMs: number
      readonly confidence: number
    }
  /**
   * Speech goes on: since it started or resumed there has been so much of it, silence not counted. Told once for each
   * length that was asked for (`lastingMs`), never in a pause.
   */
  | { readonly type: 'speech.lasted'; readonly utterance: number; readonly speechMs: number }
  /** A pause within the turn, or its end: speech ended at `endMs`, `silenceMs` ago. */
  | { readonly type: 'speech.stopped'; readonly utterance: number; readonly endMs: number; readonly silenceMs: number }
  | { readonly type: 'speech.resumed'; readonly utterance: number; readonly startMs: number }
  /** The turn will probably end at this pause: `likelihood`, 0…1, is what the turn detector makes of `audioMs` of turn, the last `silenceMs` of it silent. */
  | {
      readonly type: 'turn.likely'
      readonly utterance: number
      readonly likelihood: number
      readonly silenceMs: number
      readonly audioMs: number
      /** How long the turn detector took, in wall time, where somebody has measured it. */
      readonly inferenceMs?: number
    }
  | { readonly type: 'turn.unlikely'; readonly utterance: number }
  /** The decision that the turn is over; its final follows. `endMs` is where speech ended, `silenceMs` what settled it. */
  | {
      readonly type: 'turn.ended'
      readonly utterance: number
      readonly startMs: number
      readonly endMs: number
      readonly silenceMs: number
    }
  /** The whole turn so far; replaces the partial before it. Its first `stable` characters stay in later partials. */
  | {
      readonly type: 'transcript.partial'
      readonly utterance: number
      readonly text: string
      readonly stable: number
      readonly words: readonly Word[]
    }
  /** The whole turn; will not change. Empty when nothing was said (a false alarm of the gate). */
  | {
      readonly type: 'transcript.final'
      readonly utterance: number
      readonly text: string
      readonly words: readonly Word[]
      readonly startMs: number
      readonly endMs: number
      /** Silence that settled the turn; 0 when a mark or the end of the audio did. */
      readonly silenceMs: number
      readonly pass: 'streaming' | 'whole'
      /** The recognizer's own word, or what the voice was identified as: then with the likelihood, 0.5…1, of that. */
      readonly language?: string
      readonly languageConfidence?: number
      readonly alternatives?: readonly { readonly text: string; readonly confidence: number }[]
      /** Who spoke when, where speakers are told apart; the words name theirs. */
      readonly speakers?: readonly SpeakerSpan[]
    }
  | {
      readonly type: 'voice.profiled'
      readonly utterance: number
      readonly startMs: number
      readonly endMs: number
      readonly traits: readonly Trait[]
      /** The first profile of another voice than was heard before: nothing of the old profiles is of this one. */
      readonly newVoice?: true
    }
  /**
   * Who spoke when in the whole recording, told last, where speakers are told apart and finals have all the time they take.
   * Better than what the finals say, which knew only what came before; speech of several at once lies in several spans.
   */
  | { readonly type: 'speakers.settled'; readonly speakers: readonly SpeakerSpan[] }
  /** Answers a `Mark`: every final for the audio before it has been given. */
  | { readonly type: 'marked'; readonly mark: number }
