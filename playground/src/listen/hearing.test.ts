import { describe, expect, it } from 'vitest'
import { type Hearing, hear, type Moment, nothingHeard, type WireMessage } from './hearing.ts'

/** A live stream of which `sentMs` have been sent, heard `lateMs` after they were spoken. */
const live = (sentMs: number, lateMs = 50): Moment => ({ sentMs, since: (audioMs) => sentMs + lateMs - audioMs })
const notLive = (sentMs: number): Moment => ({ sentMs, since: () => undefined })

const words = (transcript: string, isFinal: boolean, from = 1000, more: object = {}): WireMessage => ({
  result: {
    transcription: {
      transcript,
      isFinal,
      wordTimestamps: transcript.split(' ').map((word, index) => ({
        word: word.toLowerCase().replace(/\W/g, ''),
        startTimeMs: from + index * 300,
        endTimeMs: from + index * 300 + 250,
      })),
      ...more,
    },
  },
})
const begins = (startTimeMs: number): WireMessage => ({ result: { speechStarted: { startTimeMs } } })
const pauses = (silenceDurationMs: number): WireMessage => ({ result: { speechStopped: { silenceDurationMs } } })
const all = (steps: readonly (readonly [WireMessage, Moment])[]): Hearing =>
  steps.reduce((hearing, [message, moment]) => hear(hearing, message, moment), nothingHeard)

describe('what has been heard', () => {
  it('is a guess that each interim replaces, until it is final', () => {
    const begun = [
      [begins(900), live(1100)],
      [words('Good', false), live(1400)],
      [words('Good mourning', false), live(1700)],
    ] as const
    expect(all(begun).turns).toMatchObject([
      { startMs: 900, isFinal: false, words: [{ text: 'Good' }, { text: 'mourning' }] },
    ])
    const { turns } = all([...begun, [words('Good morning.', true, 1000, { silenceDurationMs: 600 }), live(2200)]])
    expect(turns).toMatchObject([
      {
        isFinal: true,
        endMs: 2150,
        words: [
          { text: 'Good', startMs: 1000 },
          { text: 'morning.', startMs: 1300 },
        ],
      },
    ])
  })

  it('has a voice that stops with the silence, and again where words go on after it', () => {
    const steps = [
      [begins(900), live(1100)],
      [words('one two', false), live(1600)],
      [pauses(200), live(1800)],
    ] as const
    expect(all(steps).voice).toEqual([{ startMs: 900, endMs: 1600 }])
    const further = all([...steps, [words('one two three', false, 1200), live(2400)]])
    expect(further.voice).toEqual([{ startMs: 900, endMs: 1600 }, { startMs: 1800 }])
  })

  it('tells how long each stage took, of live audio alone', () => {
    const steps = (moment: (sentMs: number) => Moment) =>
      [
        [begins(900), moment(1100)],
        [words('hello', false), moment(1500)],
        [words('hello', true, 1000, { silenceDurationMs: 500 }), moment(1800)],
      ] as const
    expect(all(steps(live)).times).toEqual([{ noticed: 250, firstWords: 650, settled: 600, waited: 500 }])
    expect(all(steps(notLive)).times).toEqual([{}])
  })

  it('has profiles half a second apart where nothing else tells their time, in its order', () => {
    const profile = (confidence: number) => ({ voiceProfile: { pitch: [{ label: 'low', confidence }] } })
    const told = (text: string, confidence: number): readonly [WireMessage, Moment] => [
      words(text, false, 1000, profile(confidence)),
      notLive(5000),
    ]
    const silent = (confidence: number): readonly [WireMessage, Moment] => [
      { result: { transcription: { transcript: '', isFinal: false, ...profile(confidence) } } },
      notLive(5000),
    ]
    const { profiles } = all([
      [begins(900), notLive(5000)],
      silent(0.5),
      silent(0.6),
      silent(0.6),
      told('one two three', 0.7),
    ])
    expect(profiles.map(({ atMs }) => atMs)).toEqual([1400, 1900, 2400])
  })

  it('has no turn for a final without words that nothing announced', () => {
    expect(all([[{ result: { transcription: { transcript: '', isFinal: true } } }, live(500)]]).turns).toEqual([])
  })
})
