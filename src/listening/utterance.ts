/** One turn of the speaker: its recognizer, its profiler, and what is told of it, in order. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import type { Work } from '../engines/engine.ts'
import type { Trait } from '../engines/voice-profiler.ts'
import { Tasks } from '../streams/tasks.ts'
import { Diarization } from './diarization.ts'
import type { Heard } from './heard.ts'
import { Profiling } from './profiling.ts'
import { Recognition } from './recognition.ts'
import type { ListenSettings } from './settings.ts'
import { type SpeakerClusters, withSpeakers } from './speaker-clusters.ts'
import type { VoiceChanges } from './voice-change.ts'

/** Speech after which a piece is closed at the next pause: a second hearing of a short piece is soon done. */
const pieceSpeechMs = 6000
/** A pause this long closes any piece, and the recognizer gets nothing until speech resumes: neither silence nor noise become words. */
const longPauseMs = 1000

/** Begins with its construction. What it starts ends, and fails, as one of `tasks`. */
export class Utterance {
  readonly startMs: number
  /** Settles when the final has been told, or never will be. */
  readonly done: Promise<void>
  readonly #number: number
  readonly #settings: ListenSettings
  readonly #tell: (heard: Heard) => void
  readonly #recognition: Recognition
  readonly #profiling: Profiling | undefined
  readonly #diarization: Diarization | undefined
  readonly #tellsSpeech: boolean
  #heardMs = Number.NEGATIVE_INFINITY
  #ended = { endMs: 0, silenceMs: 0 }
  #pieceMs = 0
  #sureMs = 0
  #pieceClosed = false
  /** The length of speech that was told of last. */
  #lastedMs = 0
  #isLikely = false

  constructor(parts: {
    readonly number: number
    readonly startMs: number
    /** The likelihood of speech that began it. */
    readonly confidence: number
    readonly settings: ListenSettings & Work
    /** Stands for the speaker's session. */
    readonly session: object
    /** Who has spoken in the stream so far. */
    readonly speakers: SpeakerClusters | undefined
    /** Whether the voice of the stream is another's than before. */
    readonly changes: VoiceChanges | undefined
    readonly tasks: Tasks
    /** Settles when the final of the utterance before has been told. */
    readonly before: Promise<void>
    readonly tell: (heard: Heard) => void
  }) {
    const { number, startMs, confidence, settings, session, speakers, before, tell } = parts
    // Of its own, so that the listener's signal does not gather listeners.
    const tasks = new Tasks(parts.tasks.signal)
    const { engines, languages, terms, partials, alternatives, log, observe } = settings
    this.startMs = startMs
    this.#number = number
    this.#settings = settings
    this.#tell = tell
    this.#tellsSpeech = settings.turns.mode === 'automatic'
    if (this.#tellsSpeech) tell({ type: 'speech.started', utterance: number, startMs, confidence })
    const work = observe ? { log, observe } : { log }
    const recognition = new Recognition({
      engine: engines.speechToText,
      options: { ...work, ...(languages.length > 0 ? { languages } : {}), terms, session, partials, alternatives },
      tasks,
      partial: (text) => {
        if (partials) tell({ type: 'transcript.partial', utterance: number, ...text })
      },
    })
    this.#recognition = recognition
    const profiler = engines.voiceProfiler ?? engines.languageIdentifier
    let traits: readonly Trait[] = []
    const profiling =
      profiler &&
      new Profiling({
        engine: profiler,
        options: work,
        tasks,
        // A recording has all the time it takes.
        patient: settings.finalBudgetMs === Number.POSITIVE_INFINITY,
        budgetMs: settings.finalBudgetMs,
        changes: parts.changes,
        profiled: (profile, newVoice) => {
          traits = profile.traits
          if (engines.voiceProfiler)
            tell({ type: 'voice.profiled', utterance: number, ...profile, ...(newVoice ? { newVoice: true } : {}) })
        },
      })
    this.#profiling = profiling
    const { speakerEncoder: encoder } = engines
    const diarization = encoder && new Diarization({ encoder, options: work, tasks })
    this.#diarization = diarization
    let settle = (): void => {}
    this.done = new Promise((resolve) => {
      settle = resolve
    })
    tasks.start(async (signal) => {
      try {
        const whole = await recognition.whole
        await profiling?.done
        const prints = await diarization?.prints
        await before
        if (!whole || signal.aborted) return
        const told = prints && speakers ? withSpeakers(whole, speakers.label(prints)) : whole
        tell({ type: 'transcript.final', utterance: number, startMs, ...this.#ended, ...told, ...languageIn(traits) })
      } finally {
        settle()
      }
    })
    parts.tasks.start(() => tasks.settled())
  }

  /** Latest likelihood of the turn's end by a recognizer that decides turns. */
  get turnLikelihood(): number | undefined {
    return this.#recognition.turnLikelihood
  }

  /** The text so far. */
  get text(): string {
    return this.#recognition.text
  }

  /** True while the recognizer gets no audio: hearing goes on with `resumed`. */
  get pieceClosed(): boolean {
    return this.#pieceClosed
  }

  /** Where the audio ends that the recognizer was given. */
  get heardMs(): number {
    return this.#heardMs
  }

  /** The next audio; `speech` tells whether there is speech in it. */
  hear(frame: AudioFrame, speech: boolean): void {
    if (this.#pieceClosed) return
    if (speech) this.#pieceMs += durationMs(frame)
    this.#heardMs = endMs(frame)
    this.#recognition.hear(frame)
  }

  /** So much speech beyond doubt was in the input: in the open piece, or where the next will begin. */
  addSureSpeech(ms: number): void {
    this.#sureMs += ms
  }

  /** Speech for those who listen to the voice. */
  voice(frame: AudioFrame): void {
    this.#profiling?.hear(frame)
    this.#diarization?.hear(frame)
  }

  /** Speech goes on, for so long without a pause; `askedMs` are the lengths that are told of. */
  lasts(speechMs: number, askedMs: readonly number[]): void {
    const reachedMs = askedMs.findLast((ms) => ms <= speechMs) ?? 0
    if (reachedMs <= this.#lastedMs || !this.#tellsSpeech) return
    this.#lastedMs = reachedMs
    this.#tell({ type: 'speech.lasted', utterance: this.#number, speechMs: Math.round(speechMs) })
  }

  /** `budgetMs`: how long the text of a piece that is closed here may take. */
  stopped(speechEndMs: number, silenceMs: number, budgetMs: number): void {
    if (this.#tellsSpeech)
      this.#tell({ type: 'speech.stopped', utterance: this.#number, endMs: speechEndMs, silenceMs })
    if (this.#pieceMs >= pieceSpeechMs) this.#closePiece(budgetMs)
    else this.#recognition.hint('begun')
  }

  /** The pause has come to this length. */
  paused(silenceMs: number): void {
    if (silenceMs >= longPauseMs && !this.#pieceClosed) this.#closePiece()
  }

  /** At this pause the turn is likely to end. */
  likely({
    likelihood,
    silenceMs,
    nowMs,
  }: {
    readonly likelihood: number
    readonly silenceMs: number
    readonly nowMs: number
  }): void {
    this.#isLikely = true
    const audioMs = nowMs - this.startMs
    this.#tell({ type: 'turn.likely', utterance: this.#number, likelihood, silenceMs, audioMs })
  }

  /** It is not, after all. */
  unlikely(): void {
    if (this.#isLikely) this.#tell({ type: 'turn.unlikely', utterance: this.#number })
    this.#isLikely = false
  }

  resumed(startMs: number): void {
    this.unlikely()
    if (this.#tellsSpeech) this.#tell({ type: 'speech.resumed', utterance: this.#number, startMs })
    if (!this.#pieceClosed) this.#recognition.hint('over')
    this.#lastedMs = 0
    this.#pieceClosed = false
  }

  /** The turn is over. */
  end(speechEndMs: number, silenceMs: number): void {
    this.#ended = { endMs: speechEndMs, silenceMs }
    this.#tell({ type: 'turn.ended', utterance: this.#number, startMs: this.startMs, ...this.#ended })
    if (!this.#pieceClosed) this.#closePiece()
    this.#recognition.finish()
    this.#profiling?.finish()
    this.#diarization?.finish()
  }

  /** Resolves when the engines that have to hear everything are less than 5 s behind. */
  async keepUp(): Promise<void> {
    await this.#recognition.keepUp()
    await this.#profiling?.keepUp()
    await this.#diarization?.keepUp()
  }

  #closePiece(budgetMs = this.#settings.finalBudgetMs): void {
    this.#recognition.closePiece(budgetMs, this.#sureMs)
    this.#pieceClosed = true
    this.#pieceMs = 0
    this.#sureMs = 0
  }
}

/** A language that is less likely is not told. */
const leastLanguage = 0.5

/** What the voice was identified as speaking; it counts more than the language of the recognizer, which may know but one. */
const languageIn = (traits: readonly Trait[]): { readonly language?: string; readonly languageConfidence?: number } => {
  const best = traits.find(({ name }) => name === 'language')?.labels[0]
  return best && best.confidence >= leastLanguage ? { language: best.label, languageConfidence: best.confidence } : {}
}
