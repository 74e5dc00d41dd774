/** UserAudio: what the user says, from the audio buffer over turns to items. */
import type { Trait } from '../engines/voice-profiler.ts'
import type { Heard } from '../listening/heard.ts'
import { AudioBuffer } from './audio-buffer.ts'
import { turnDetectionOf } from './config.ts'
import type { ItemWords } from './item-words.ts'
import type { Playback } from './playback.ts'
import type { Refused } from './refusal.ts'
import type { Replies } from './replies.ts'
import type { Shared } from './shared.ts'
import { Undecided, type Utterance } from './undecided.ts'

/** Least audio that can be committed. */
const leastCommitMs = 100

export class UserAudio {
  readonly #shared: Shared
  readonly #replies: Replies
  readonly #playback: Playback
  readonly #undecided: Undecided
  readonly #words: ItemWords
  readonly #buffer: AudioBuffer
  /** Of the turn that was said to be likely over. */
  #suggested: string | undefined

  constructor(
    shared: Shared,
    parts: { readonly replies: Replies; readonly playback: Playback; readonly words: ItemWords },
  ) {
    this.#shared = shared
    this.#buffer = new AudioBuffer(shared)
    this.#replies = parts.replies
    this.#playback = parts.playback
    this.#words = parts.words
    this.#undecided = new Undecided(shared, parts.replies, parts.playback)
  }

  /** Somebody speaks, or it sounds as if. */
  get mayBeSpeaking(): boolean {
    return this.#shared.turns.speaking !== undefined || this.#undecided.any
  }

  /** Something is being said of which it is not known whether it interrupts: no time to begin a reply. */
  get mayInterrupt(): boolean {
    return this.#undecided.any && (turnDetectionOf(this.#shared.config())?.interruptReply ?? false)
  }

  /** The session's settings have changed. */
  configured(): void {
    // What was not told stays in the buffer, for the client to commit.
    if (!turnDetectionOf(this.#shared.config())) this.#undecided.clear()
  }

  /** What follows for playout from all that has happened. */
  settlePlayback(): void {
    this.#undecided.holdPlayback()
  }

  /** All audio up to here has been given to the listener. */
  received(endMs: number): void {
    this.#buffer.received(endMs)
    this.#playback.received(endMs)
  }

  /** The client says that its turn is over. */
  commitByClient(): Refused | undefined {
    const { last } = this.#undecided
    if (last) this.#begin(last)
    const { speaking } = this.#shared.turns
    const { fromMs, receivedMs: endMs } = this.#buffer
    const audioMs = endMs - fromMs
    if (!speaking && audioMs < leastCommitMs) {
      return {
        reason: 'nothing-to-commit',
        message: `The audio buffer is too small: ${leastCommitMs} ms are needed, and there are ${Math.round(audioMs)}.`,
      }
    }
    const itemId = speaking?.itemId ?? this.#shared.newId('item')
    this.#commit(itemId, { startMs: speaking?.startMs ?? fromMs, endMs, silenceMs: 0, answer: false })
    this.#shared.perform({ type: 'mark', mark: this.#shared.turns.mark(itemId) })
    return undefined
  }

  /** The client wants what it sent forgotten. */
  clear(): undefined {
    const { speaking } = this.#shared.turns
    if (speaking) this.#shared.voice.forget(speaking.itemId)
    this.#shared.turns.discard()
    this.#undecided.clear()
    this.#buffer.clear()
    this.#shared.perform({ type: 'mark', mark: this.#shared.turns.mark(null) })
    this.#shared.emit({ type: 'audio.cleared' })
  }

  hear(heard: Heard): void {
    switch (heard.type) {
      case 'speech.started': {
        const detection = turnDetectionOf(this.#shared.config())
        // The client took over a moment ago: what is said waits for its commit.
        if (!detection) break
        const prefixMs = detection.type === 'silence' ? detection.prefixMs : 0
        const startMs = Math.round(Math.max(this.#buffer.fromMs, heard.startMs - prefixMs, 0))
        this.#decide(this.#undecided.add(heard.utterance, startMs))
        break
      }
      case 'speech.lasted':
      case 'speech.stopped':
      case 'speech.resumed': {
        const speech = this.#undecided.get(heard.utterance)
        if (!speech) break
        speech.sounds = heard.type !== 'speech.stopped'
        if (heard.type === 'speech.lasted') speech.speechMs = Math.max(speech.speechMs, heard.speechMs)
        this.#decide(speech)
        break
      }
      case 'turn.ended': {
        const undecided = this.#undecided.get(heard.utterance)
        if (undecided) {
          undecided.sounds = false
          undecided.ended = heard
          break
        }
        const { speaking } = this.#shared.turns
        if (!speaking || speaking.itemId !== this.#shared.turns.itemOf(heard.utterance)) break
        this.#endTurn(heard)
        break
      }
      case 'transcript.partial': {
        const undecided = this.#undecided.get(heard.utterance)
        if (undecided) {
          undecided.text = heard.text
          undecided.stable = heard.stable
          this.#decide(undecided)
          break
        }
        const itemId = this.#shared.turns.itemOf(heard.utterance)
        if (itemId) this.#words.guessed(itemId, heard)
        break
      }
      case 'transcript.final': {
        if (!this.#decideAtLast(heard)) break
        const done = this.#shared.turns.final(heard.utterance, heard)
        if (done) this.#words.came(done.itemId, done.transcript)
        break
      }
      case 'voice.profiled': {
        if (heard.newVoice) this.#shared.voice.anew()
        const undecided = this.#undecided.get(heard.utterance)
        if (undecided) {
          undecided.traits = heard.traits
          break
        }
        this.#profiled(heard.utterance, heard.traits)
        break
      }
      case 'marked': {
        const done = this.#shared.turns.marked(heard.mark)
        if (done) this.#words.came(done.itemId, done.transcript)
        break
      }
      case 'turn.likely': {
        const itemId = this.#shared.turns.itemOf(heard.utterance)
        if (!itemId || this.#shared.turns.speaking?.itemId !== itemId) break
        if (this.#suggested !== itemId) this.#shared.emit({ ...heard, type: 'turn.suggested', itemId })
        this.#suggested = itemId
        this.#replies.early.prepare(itemId)
        break
      }
      case 'turn.unlikely': {
        const itemId = this.#suggested
        this.#replies.early.drop()
        if (!itemId || itemId !== this.#shared.turns.itemOf(heard.utterance)) break
        this.#suggested = undefined
        this.#shared.emit({ type: 'turn.suggestion-revoked', itemId, utterance: heard.utterance })
        break
      }
      // Of recordings alone.
      case 'speakers.settled':
        break
      default:
        heard satisfies never
    }
  }

  #decide(speech: Utterance): void {
    if (this.#undecided.counts(speech)) this.#begin(speech)
  }

  /** The words of what may still be undecided are here. False: it was nothing, and is forgotten. */
  #decideAtLast({ utterance, text, ...at }: Heard & { type: 'transcript.final' }): boolean {
    const speech = this.#undecided.get(utterance)
    if (!speech) return true
    speech.text = text
    speech.stable = text.length
    if (!this.#undecided.wasTurn(speech)) {
      this.#undecided.drop(speech)
      return false
    }
    this.#begin(speech)
    this.#endTurn(speech.ended ?? at)
    return true
  }

  /** Speech that counts: the client is told, and what it interrupts is stopped, never one without the other. */
  #begin(speech: Utterance): void {
    const { turns, newId, emit } = this.#shared
    const all = this.#undecided.take(speech)
    const beginnings = all.slice(0, -1).map(({ utterance }) => utterance)
    const startMs = all[0]?.startMs ?? speech.startMs
    const itemId = newId('item')
    turns.begin(speech.utterance, { itemId, startMs }, beginnings)
    emit({ type: 'speech.started', itemId, startMs })
    this.#interrupt()
    for (const { utterance, traits } of all) if (traits) this.#profiled(utterance, traits)
    if (!speech.ended && speech.text !== '') this.#words.guessed(itemId, speech)
  }

  /** What the voice of an utterance is like. */
  #profiled(utterance: number, traits: readonly Trait[]): void {
    const { turns, voice, emit } = this.#shared
    const itemId = turns.profiled(utterance, traits)
    if (!itemId) return
    voice.sounds(itemId, traits)
    emit({ type: 'voice.profiled', itemId, traits })
  }

  /** Stops the reply that is spoken over, and what of replies is still to be heard. */
  #interrupt(): void {
    const detection = turnDetectionOf(this.#shared.config())
    if (!detection?.interruptReply) return
    const { main } = this.#replies
    const { hasRest } = this.#playback
    if (main) {
      // What it was to answer still waits for an answer, if nothing of that was heard.
      const heard = this.#playback.paced ? this.#playback.hasHeard(main.id) : main.hasAudio
      if (detection.createReply && !heard) this.#replies.owe('turn')
      this.#replies.close(main, 'cancelled', { cause: 'turn-detected' })
    }
    if (hasRest) this.#playback.clear()
  }

  /** The turn that was told of is over. */
  #endTurn({ endMs: speechEndMs, silenceMs }: { readonly endMs: number; readonly silenceMs: number }): void {
    const { speaking } = this.#shared.turns
    const detection = turnDetectionOf(this.#shared.config())
    // Now by the client: the audio waits for its commit.
    if (!speaking || !detection) return
    const endMs = Math.round(speechEndMs + silenceMs)
    this.#shared.emit({ type: 'speech.stopped', itemId: speaking.itemId, endMs })
    this.#commit(speaking.itemId, {
      startMs: speaking.startMs,
      endMs,
      silenceMs,
      answer: detection.createReply && this.#shared.config().kind === 'conversation',
    })
  }

  /** What was being said is lost as words, not as audio: its item says so. */
  listeningFailed(error: { readonly code: string; readonly message: string }): void {
    this.#replies.early.drop()
    const { speaking } = this.#shared.turns
    this.#undecided.clear()
    if (speaking) {
      const endMs = Math.round(this.#buffer.receivedMs)
      if (turnDetectionOf(this.#shared.config()))
        this.#shared.emit({ type: 'speech.stopped', itemId: speaking.itemId, endMs })
      this.#commit(speaking.itemId, { startMs: speaking.startMs, endMs, silenceMs: 0, answer: false })
    }
    for (const itemId of this.#shared.turns.fail()) this.#words.lost(itemId, error)
    this.#buffer.clear()
  }

  #commit(
    itemId: string,
    turn: { readonly startMs: number; readonly endMs: number; readonly silenceMs: number; readonly answer: boolean },
  ): void {
    this.#shared.turns.commit(itemId, Math.max(0, turn.endMs - turn.startMs), turn.answer)
    this.#replies.saidAnew()
    this.#buffer.commit(itemId, turn)
  }

  /** Nobody has said anything for long: that is a turn too. */
  timeOut(): void {
    const detection = turnDetectionOf(this.#shared.config())
    if (detection?.type !== 'silence' || detection.idleMs === null || this.#replies.main || this.mayBeSpeaking) return
    if (this.#shared.config().kind === 'transcription') return
    const itemId = this.#shared.newId('item')
    const startMs = Math.round(this.#buffer.fromMs)
    const endMs = Math.round(this.#buffer.receivedMs)
    this.#shared.emit({ type: 'idle.timed-out', itemId, startMs, endMs })
    this.#buffer.commit(itemId, { startMs, endMs, silenceMs: 0 }, '')
    this.#buffer.clear()
    this.#replies.start({})
  }
}
