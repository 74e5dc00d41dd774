/** What has been heard, put together from the messages of Inworld's speech-to-text wire. Pure. */

/** Times are milliseconds from the beginning of the audio. */
export interface HeardWord {
  readonly text: string
  readonly startMs?: number
  readonly endMs?: number
  readonly confidence?: number
  /** Counts from 0, in the order in which they were first heard. */
  readonly speaker?: number
}

/** One turn of a speaker: a guess until it is final. */
export interface HeardTurn {
  readonly startMs: number
  readonly endMs?: number
  readonly words: readonly HeardWord[]
  readonly isFinal: boolean
  /** Silence that closed it. */
  readonly silenceMs?: number
}

export interface Label {
  readonly label: string
  readonly confidence: number
}

/** The traits of a voice, each with its labels, likeliest first. */
export type VoiceProfile = Readonly<Record<string, readonly Label[]>>

/** How long things took, in milliseconds of real time; only of audio that came as it was spoken. */
export interface TurnTimes {
  /** From the first sound of the voice until it was told. */
  readonly noticed?: number
  /** From the first sound of the voice until the first words. */
  readonly firstWords?: number
  /** From the last sound of the voice until the final words, of which `waited` was silence that might have been a pause. */
  readonly settled?: number
  readonly waited?: number
}

/** Everything so far. */
export interface Hearing {
  readonly turns: readonly HeardTurn[]
  /** Where there was a voice. The last one may still go on. */
  readonly voice: readonly { readonly startMs: number; readonly endMs?: number }[]
  readonly profiles: readonly { readonly atMs: number; readonly profile: VoiceProfile }[]
  /** One for each turn. */
  readonly times: readonly TurnTimes[]
  /** What the server says it heard, once it has heard all. */
  readonly audioMs?: number
  readonly error?: string
}

export const nothingHeard: Hearing = { turns: [], voice: [], profiles: [], times: [] }

/** When a message came. */
export interface Moment {
  /** Audio that has been sent. */
  readonly sentMs: number
  /** Milliseconds of real time since this place of the audio was spoken; undefined where it was not spoken live. */
  readonly since: (audioMs: number) => number | undefined
}

interface WireWord {
  readonly word: string
  readonly startTimeMs: number
  readonly endTimeMs: number
  readonly confidence?: number
  readonly speaker?: number
}

interface Transcription {
  readonly transcript: string
  readonly isFinal: boolean
  readonly wordTimestamps?: readonly WireWord[]
  readonly voiceProfile?: VoiceProfile
  readonly silenceDurationMs?: number
}

/** A message of the wire, as far as it is looked at. */
export interface WireMessage {
  readonly result?: {
    readonly speechStarted?: { readonly startTimeMs: number }
    readonly speechStopped?: { readonly silenceDurationMs: number }
    readonly transcription?: Transcription
    readonly usage?: { readonly transcribedAudioMs: number }
  }
  readonly error?: { readonly message: string }
}

/** The text's words, with times where the wire has them for all. */
const wordsOf = ({ transcript, wordTimestamps: times = [] }: Transcription): readonly HeardWord[] => {
  const texts = transcript.split(/\s+/).filter((text) => text !== '')
  const timed = times.map((time) => ({
    text: time.word,
    startMs: time.startTimeMs,
    endMs: time.endTimeMs,
    ...(time.confidence !== undefined && { confidence: time.confidence }),
    ...(time.speaker !== undefined && { speaker: time.speaker }),
  }))
  if (timed.length === texts.length) return timed.map((word, index) => ({ ...word, text: texts[index]! }))
  return timed.length > 0 ? timed : texts.map((text) => ({ text }))
}

const timesOf = (name: keyof TurnTimes, value: number | undefined): TurnTimes =>
  value === undefined ? {} : { [name]: Math.max(0, Math.round(value)) }

const withLast = <T>(list: readonly T[], change: (last: T) => T): readonly T[] =>
  list.length === 0 ? list : [...list.slice(0, -1), change(list.at(-1)!)]

/** The turn that is open, if the last one is. */
const openTurn = ({ turns }: Hearing): HeardTurn | undefined =>
  turns.at(-1)?.isFinal === false ? turns.at(-1) : undefined

const started = (hearing: Hearing, startMs: number, moment: Moment): Hearing => ({
  ...hearing,
  voice: [...hearing.voice, { startMs }],
  turns: openTurn(hearing) ? hearing.turns : [...hearing.turns, { startMs, words: [], isFinal: false }],
  times: openTurn(hearing) ? hearing.times : [...hearing.times, timesOf('noticed', moment.since(startMs))],
})

/** The wire says how long it has been silent, not since when: that is told by what had been sent, or by the last word. */
const stopped = (hearing: Hearing, silenceMs: number, moment: Moment): Hearing => {
  const startMs = hearing.voice.at(-1)?.startMs ?? 0
  const lastWordMs = openTurn(hearing)?.words.at(-1)?.endMs
  const live = moment.since(0) !== undefined
  const endMs = live ? moment.sentMs - silenceMs : (lastWordMs ?? moment.sentMs - silenceMs)
  return { ...hearing, voice: withLast(hearing.voice, (span) => ({ ...span, endMs: Math.max(startMs, endMs) })) }
}

/** A word that begins after the voice had stopped means that it went on. */
const resumed = (hearing: Hearing, words: readonly HeardWord[]): Hearing => {
  const stoppedMs = hearing.voice.at(-1)?.endMs
  if (stoppedMs === undefined) return hearing
  const next = words.find(({ startMs }) => startMs !== undefined && startMs >= stoppedMs)
  return next ? { ...hearing, voice: [...hearing.voice, { startMs: next.startMs! }] } : hearing
}

const transcribed = (before: Hearing, transcription: Transcription, moment: Moment): Hearing => {
  const { isFinal, voiceProfile, silenceDurationMs: silenceMs } = transcription
  const words = wordsOf(transcription)
  const known = openTurn(before)
  if (!known && isFinal && words.length === 0) return before
  const hearing = known ? resumed(before, words) : started(before, words[0]?.startMs ?? moment.sentMs, moment)
  const startMs = known?.startMs ?? hearing.turns.at(-1)!.startMs
  const lastMs = words.at(-1)?.endMs ?? hearing.voice.at(-1)?.endMs
  const turn: HeardTurn = {
    startMs,
    words,
    isFinal,
    ...(isFinal && { endMs: (lastMs ?? moment.sentMs) + (silenceMs ?? 0) }),
    ...(silenceMs !== undefined && { silenceMs }),
  }
  const sinceLast = isFinal && lastMs !== undefined ? moment.since(lastMs) : undefined
  return {
    ...hearing,
    turns: withLast(hearing.turns, () => turn),
    voice: isFinal
      ? withLast(hearing.voice, (span) => ({ ...span, endMs: span.endMs ?? lastMs ?? moment.sentMs }))
      : hearing.voice,
    profiles: voiceProfile
      ? withProfile(hearing, voiceProfile, startMs, words.at(-1)?.endMs, moment)
      : hearing.profiles,
    times: withLast(hearing.times, (times) => ({
      ...times,
      ...(times.firstWords === undefined && words.length > 0 ? timesOf('firstWords', moment.since(startMs)) : {}),
      ...timesOf('settled', sinceLast),
      ...(sinceLast === undefined ? {} : timesOf('waited', silenceMs)),
    })),
  }
}

/** A new profile comes with every half second of speech. */
const profileEveryMs = 500

/**
 * The wire does not say which audio a profile is of. Of a live voice it is what was just said; else it is told by the words, or
 * by how many there were in the turn.
 */
const profiledAt = (hearing: Hearing, startMs: number, lastMs: number | undefined, moment: Moment): number => {
  if (moment.since(0) !== undefined) return moment.sentMs
  const before = hearing.profiles.at(-1)?.atMs ?? 0
  return Math.max(lastMs ?? 0, Math.min(moment.sentMs, Math.max(before, startMs) + profileEveryMs))
}

/** The same voice again tells nothing new. */
const withProfile = (
  hearing: Hearing,
  profile: VoiceProfile,
  startMs: number,
  lastMs: number | undefined,
  moment: Moment,
) => {
  const last = hearing.profiles.at(-1)
  if (last && JSON.stringify(last.profile) === JSON.stringify(profile)) return hearing.profiles
  return [...hearing.profiles, { atMs: profiledAt(hearing, startMs, lastMs, moment), profile }]
}

/** What is known after one more message. What makes no sense changes nothing. */
export const hear = (hearing: Hearing, message: WireMessage, moment: Moment): Hearing => {
  const { result, error } = message
  if (error) return { ...hearing, error: error.message }
  if (result?.speechStarted) return started(hearing, result.speechStarted.startTimeMs, moment)
  if (result?.speechStopped) return stopped(hearing, result.speechStopped.silenceDurationMs, moment)
  if (result?.transcription) return transcribed(hearing, result.transcription, moment)
  if (result?.usage) return { ...hearing, audioMs: result.usage.transcribedAudioMs }
  return hearing
}
