/** Likelihoods, audio and marks → utterances: where each begins, pauses and ends. */
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import { History } from '../audio/history.ts'
import type { Work } from '../engines/engine.ts'
import type { Tasks } from '../streams/tasks.ts'
import type { Heard } from './heard.ts'
import { type KnownVoice, namedAbove } from './known-speakers.ts'
import { Prediction } from './prediction.ts'
import { quietest } from './quietest.ts'
import { SecondLook } from './second-look.ts'
import { defaultGate, type GateSettings, type ListenChange, type ListenSettings } from './settings.ts'
import { SpeakerClusters } from './speaker-clusters.ts'
import { SpeechGate, type Stretch } from './speech-gate.ts'
import { leastSilenceMs, silenceLeftMs, turnIsOver } from './turns.ts'
import { Utterance } from './utterance.ts'
import { VoiceChanges } from './voice-change.ts'

/** Utterances that may wait for their finals: past that, audio waits too. */
const unfinishedLimit = 4
/** Audio that a turn detector is given. */
const detectorMs = 8000
/** Audio kept to look back at, besides the prefix and the least speech. */
const lookBackMs = 1000
/** A window with this likelihood is speech beyond doubt: distant voices and music reach it for some windows at most. */
const sureLikelihood = 0.95
/** A turn that is too long is cut in its last second. */
const cutMs = 1000

/** One listener's state. Its methods are called in the order of the audio, each once what the one before gave has settled. */
export class Segments {
  #settings: ListenSettings & Work
  readonly #tasks: Tasks
  readonly #tell: (heard: Heard) => void
  readonly #session = {}
  readonly #speakers: SpeakerClusters | undefined
  readonly #secondLook: SecondLook | undefined
  readonly #changes: VoiceChanges | undefined
  readonly #gate: SpeechGate
  readonly #unfinished = new Set<Promise<void>>()
  #history: History
  #historyMs: number
  #count = 0
  #open: Utterance | undefined
  /** Speech beyond doubt that has not opened the gate yet. */
  #sureMs = 0
  readonly #prediction: Prediction | undefined
  /** Audio near the limit of a turn, of which it is not yet known to which turn it belongs. */
  #undecided: AudioFrame[] = []
  /** Audio before this belongs to an utterance that is over. */
  #takenMs = Number.NEGATIVE_INFINITY
  /** Settles when everything so far has been told. */
  #told: Promise<void> = Promise.resolve()

  /** `known` are voices that have a name. */
  constructor(
    settings: ListenSettings & Work,
    known: readonly KnownVoice[],
    tasks: Tasks,
    tell: (heard: Heard) => void,
  ) {
    this.#settings = settings
    this.#tasks = tasks
    this.#tell = tell
    this.#gate = new SpeechGate(this.#gateSettings())
    this.#historyMs = this.#historyNeeded()
    this.#history = new History(this.#historyMs)
    const { turnDetector, speakerEncoder, speakerSegmentation: segmentation, voiceComparison } = settings.engines
    const { maxSpeakers, finalBudgetMs, log, observe } = settings
    this.#speakers =
      speakerEncoder &&
      new SpeakerClusters({
        sameAbove: speakerEncoder.sameAbove,
        ...(maxSpeakers === undefined ? {} : { maxSpeakers }),
        known: { voices: known, namedAbove: namedAbove(speakerEncoder) },
      })
    this.#changes = voiceComparison && new VoiceChanges(voiceComparison, { ...settings, signal: tasks.signal })
    // A recording has all the time it takes.
    if (speakerEncoder && finalBudgetMs === Number.POSITIVE_INFINITY)
      this.#secondLook = new SecondLook({
        ...{ encoder: speakerEncoder, segmentation, maxSpeakers, known, tasks },
        options: observe ? { log, observe } : { log },
      })
    this.#prediction =
      turnDetector &&
      new Prediction(turnDetector, { ...settings, signal: tasks.signal }, (likelihood) => this.#predicted(likelihood))
  }

  /** A window of audio and the likelihood of speech in it. While an utterance is open, gives something to wait for: engines that keep up. */
  window(frame: AudioFrame, likelihood: number): Promise<void> | undefined {
    this.#history.push(frame)
    this.#secondLook?.hear(frame, likelihood)
    const event = this.#gate.push({ likelihood, startMs: frame.startMs, endMs: endMs(frame) })
    const speech = this.#gate.voiced
    this.#countSure(frame, likelihood)
    if (event?.type === 'started') this.#begin(event)
    else if (this.#open) {
      if (event?.type === 'resumed') this.#resume(this.#open, event.startMs, frame)
      else this.#hear(this.#open, frame, speech)
      if (event?.type === 'stopped') this.#pause(this.#open, event.endMs, event.silenceMs)
      if (speech) this.#open.voice(frame)
    }
    if (speech) this.#open?.lasts(this.#gate.speechMs, this.#settings.gate.lastingMs)
    // Most windows are silent, and those cost no promises.
    return this.#open || this.#secondLook || this.#unfinished.size > unfinishedLimit
      ? this.#keepUp(endMs(frame), likelihood)
      : undefined
  }

  /** Ends the open turn here, and says so once every final has been told. */
  mark(mark: number): void {
    this.#endHere()
    const before = this.#told
    this.#told = before.then(() => this.#tell({ type: 'marked', mark }))
  }

  change({ gate, turns, terms }: ListenChange): void {
    const settings = this.#settings
    this.#settings = {
      ...settings,
      gate: { ...settings.gate, ...gate },
      turns: { ...settings.turns, ...turns },
      terms: terms ?? settings.terms,
    }
    this.#gate.configure(this.#gateSettings())
    const neededMs = this.#historyNeeded()
    if (neededMs <= this.#historyMs) return
    const kept = this.#history.since(Number.NEGATIVE_INFINITY)
    this.#historyMs = neededMs
    this.#history = new History(neededMs)
    if (kept) this.#history.push(kept)
  }

  /** The audio has ended: ends the open turn and waits until everything has been told. */
  async end(): Promise<void> {
    this.#endHere()
    this.#secondLook?.finish()
    await this.#told
    const speakers = await this.#secondLook?.spans
    if (speakers) this.#tell({ type: 'speakers.settled', speakers })
  }

  /** In manual mode the gate only keeps silence and noise away from the recognizer, by the usual threshold. */
  #gateSettings(): GateSettings {
    const { gate, turns } = this.#settings
    return turns.mode === 'manual'
      ? { ...gate, threshold: defaultGate.threshold }
      : { ...gate, pauseMs: Math.min(gate.pauseMs, leastSilenceMs(turns)) }
  }

  #historyNeeded(): number {
    const { gate, engines } = this.#settings
    return Math.max(gate.prefixMs + gate.minSpeechMs + lookBackMs, engines.turnDetector ? detectorMs : 0)
  }

  #begin({ startMs, likelihood }: Omit<Stretch, 'endMs'>): void {
    const utterance = this.#openAt(startMs, likelihood)
    this.#lookBack(utterance, startMs)
    const speech = this.#history.since(startMs)
    if (speech) utterance.voice(speech)
  }

  #openAt(startMs: number, confidence: number): Utterance {
    const utterance = new Utterance({
      number: this.#count,
      startMs,
      confidence,
      settings: this.#settings,
      session: this.#session,
      speakers: this.#speakers,
      changes: this.#changes,
      tasks: this.#tasks,
      before: this.#told,
      tell: this.#tell,
    })
    this.#count += 1
    utterance.addSureSpeech(this.#sureMs)
    this.#sureMs = 0
    this.#open = utterance
    this.#told = utterance.done
    this.#unfinished.add(utterance.done)
    void utterance.done.then(() => this.#unfinished.delete(utterance.done))
    return utterance
  }

  /** Lets the utterance hear what it has not heard, from a little before this place on. */
  #lookBack(utterance: Utterance, startMs: number): void {
    const fromMs = Math.max(startMs - this.#settings.gate.prefixMs, this.#takenMs, utterance.heardMs)
    const audio = this.#history.since(fromMs)
    if (audio) utterance.hear(audio, true)
  }

  #hear(utterance: Utterance, frame: AudioFrame, speech: boolean): void {
    const { maxTurnMs } = this.#settings.turns
    const nearLimit = endMs(frame) - utterance.startMs > maxTurnMs - Math.min(cutMs, maxTurnMs / 4)
    if (nearLimit && this.#gate.pausedMs === undefined) this.#undecided.push(frame)
    else {
      this.#decide(utterance)
      utterance.hear(frame, speech)
    }
  }

  /** What was undecided belongs to this utterance. */
  #decide(utterance: Utterance): void {
    for (const frame of this.#undecided) utterance.hear(frame, true)
    this.#undecided = []
  }

  #countSure(frame: AudioFrame, likelihood: number): void {
    const sureMs = likelihood >= sureLikelihood ? durationMs(frame) : 0
    if (this.#open) this.#open.addSureSpeech(sureMs)
    else this.#sureMs = this.#gate.voiced ? this.#sureMs + sureMs : 0
  }

  #pause(utterance: Utterance, speechEndMs: number, silenceMs: number): void {
    this.#decide(utterance)
    const { turns, finalBudgetMs } = this.#settings
    utterance.stopped(speechEndMs, silenceMs, finalBudgetMs + silenceLeftMs(silenceMs, turns))
    if (this.#judges) this.#prediction?.pause(this.#lastOf(utterance), utterance.text)
  }

  /** Whether the likelihood of the end matters. */
  get #judges(): boolean {
    const { mode, confidence } = this.#settings.turns
    return mode === 'automatic' && confidence > 0
  }

  /** What the turn detector makes of the pause at hand. */
  #predicted(likelihood: number | undefined): void {
    const { silenceMs } = this.#gate
    const { confidence } = this.#settings.turns
    if (likelihood !== undefined && likelihood >= confidence && this.#judges && silenceMs > 0)
      this.#open?.likely({ likelihood, silenceMs, nowMs: this.#history.endMs })
    else this.#open?.unlikely()
  }

  /** The end of the turn so far, for the turn detector. */
  #lastOf(utterance: Utterance): AudioFrame | undefined {
    return this.#history.since(Math.max(utterance.startMs, this.#history.endMs - detectorMs))
  }

  #resume(utterance: Utterance, startMs: number, frame: AudioFrame): void {
    const wasClosed = utterance.pieceClosed
    this.#prediction?.over()
    utterance.resumed(startMs)
    if (wasClosed) this.#lookBack(utterance, startMs)
    else this.#hear(utterance, frame, true)
  }

  async #keepUp(nowMs: number, likelihood: number): Promise<void> {
    if (this.#open) await this.#endIfOver(this.#open, nowMs, likelihood)
    await this.#open?.keepUp()
    await this.#secondLook?.keepUp()
    while (this.#unfinished.size > unfinishedLimit) await Promise.race(this.#unfinished)
  }

  async #endIfOver(utterance: Utterance, nowMs: number, likelihood: number): Promise<void> {
    const { turns } = this.#settings
    const { pausedMs, silenceMs } = this.#gate
    if (pausedMs !== undefined && this.#judges) this.#prediction?.words(() => this.#lastOf(utterance), utterance.text)
    const decided = turns.mode === 'automatic' ? utterance.turnLikelihood : undefined
    if (nowMs - utterance.startMs >= turns.maxTurnMs && pausedMs === undefined) this.#cut(utterance, nowMs, likelihood)
    else if (
      nowMs - utterance.startMs >= turns.maxTurnMs ||
      (decided !== undefined && decided >= turns.confidence) ||
      (silenceMs > 0 && (await turnIsOver(silenceMs, turns, this.#prediction?.answer)))
    ) {
      this.#end(utterance, pausedMs ?? nowMs, pausedMs === undefined ? 0 : nowMs - pausedMs)
      this.#takenMs = pausedMs ?? nowMs
    } else if (pausedMs !== undefined) utterance.paused(nowMs - pausedMs)
  }

  /** The turn is too long: the next begins at the quietest place of the last second, without a pause. */
  #cut(utterance: Utterance, nowMs: number, likelihood: number): void {
    const count = quietest(this.#undecided)
    const next = this.#undecided.splice(count)
    const last = this.#undecided.at(-1)
    const placeMs = last ? endMs(last) : nowMs
    this.#decide(utterance)
    utterance.end(placeMs, 0)
    this.#takenMs = placeMs
    const following = this.#openAt(placeMs, likelihood)
    for (const frame of next) this.#hear(following, frame, true)
  }

  #end(utterance: Utterance, speechEndMs: number, silenceMs: number): void {
    this.#decide(utterance)
    this.#prediction?.over()
    utterance.end(speechEndMs, silenceMs)
    this.#open = undefined
    this.#gate.reset()
  }

  /** Ends the open turn at the end of the audio so far. Speech too short to have begun one is heard too. */
  #endHere(): void {
    const gate = this.#gate
    const nowMs = this.#history.endMs
    const { begun } = gate
    const short = begun ?? (this.#settings.turns.mode === 'manual' ? gate.blip : undefined)
    if (this.#open) {
      if (begun && this.#open.pieceClosed) {
        this.#open.resumed(begun.startMs)
        this.#lookBack(this.#open, begun.startMs)
      }
      this.#end(this.#open, begun ? nowMs : (gate.pausedMs ?? nowMs), 0)
    } else if (short && short.endMs > this.#history.startMs) {
      this.#begin(short)
      if (this.#open) this.#end(this.#open, short.endMs, 0)
    }
    gate.reset()
    this.#takenMs = nowMs
  }
}
