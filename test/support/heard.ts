/** Legal sequences of `Heard`, for property tests of everything that reads them. */
import fc from 'fast-check'
import type { Word } from '../../src/engines/speech-to-text.ts'
import type { ListenEvent } from '../../src/listening/commands.ts'
import type { Heard } from '../../src/listening/heard.ts'

/** Words spread evenly from `startMs`, 200 ms each. */
export const wordsOf = (text: string, startMs = 0): readonly Word[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, place) => ({
      text: word,
      startMs: startMs + place * 200,
      endMs: startMs + place * 200 + 180,
      confidence: 0.9,
    }))

/** A final with everything that a test does not care about filled in. */
export const final = (
  utterance: number,
  text: string,
  more: Partial<Extract<Heard, { type: 'transcript.final' }>> = {},
): Extract<Heard, { type: 'transcript.final' }> => ({
  type: 'transcript.final',
  utterance,
  text,
  words: wordsOf(text, utterance * 5000),
  startMs: utterance * 5000,
  endMs: utterance * 5000 + 1000,
  silenceMs: 400,
  pass: 'streaming',
  ...more,
})

export const started = (utterance: number): Heard => ({
  type: 'speech.started',
  utterance,
  startMs: utterance * 5000,
  confidence: 0.75,
})

export const stopped = (utterance: number): Heard => ({
  type: 'speech.stopped',
  utterance,
  endMs: utterance * 5000 + 1000,
  silenceMs: 200,
})

export const partial = (utterance: number, text: string): Heard => ({
  type: 'transcript.partial',
  utterance,
  text,
  stable: 0,
  words: wordsOf(text, utterance * 5000),
})

export const turnEnded = (utterance: number): Heard => ({
  type: 'turn.ended',
  utterance,
  startMs: utterance * 5000,
  endMs: utterance * 5000 + 1000,
  silenceMs: 400,
})

export const profiled = (utterance: number, pitch = 'low'): Heard => ({
  type: 'voice.profiled',
  utterance,
  startMs: utterance * 5000,
  endMs: utterance * 5000 + 500,
  traits: [
    {
      name: 'pitch',
      labels: [
        { label: pitch, confidence: 0.8 },
        { label: 'mid', confidence: 0.2 },
      ],
    },
  ],
})

/** `marked` where the listener may say it; `after` is the number of utterances whose finals came before. */
export type Step = Heard | { readonly type: 'place-for-marks'; readonly after: number }

const text = fc
  .array(fc.constantFrom('book', 'a', 'table', 'for', 'two', 'at', 'seven', 'café', 'I’ll', '🙂'), { maxLength: 5 })
  .map((words) => words.join(' '))

const middle = (utterance: number, manual: boolean): fc.Arbitrary<Heard> => {
  const spoken = [
    text.map((said) => partial(utterance, said)),
    fc.constantFrom('low', 'high').map((pitch) => profiled(utterance, pitch)),
  ]
  if (manual) return fc.oneof(...spoken)
  return fc.oneof(
    ...spoken,
    fc.constant(stopped(utterance)),
    fc.constant<Heard>({ type: 'speech.resumed', utterance, startMs: utterance * 5000 + 1100 }),
    fc.constant<Heard>({ type: 'turn.likely', utterance, likelihood: 0.8, silenceMs: 200, audioMs: 1200 }),
    fc.constant<Heard>({ type: 'turn.unlikely', utterance }),
  )
}

const utteranceOf = (
  utterance: number,
  manual: boolean,
): fc.Arbitrary<{ readonly first: readonly Heard[]; readonly last: readonly Heard[]; readonly overlap: number }> =>
  fc
    .record({
      middle: fc.array(middle(utterance, manual), { maxLength: 6 }),
      said: text,
      late: fc.boolean(),
      overlap: fc.nat({ max: 4 }),
      language: fc.option(fc.constant('en'), { nil: undefined }),
    })
    .map(({ middle, said, late, overlap, language }) => ({
      first: [...(manual ? [] : [started(utterance)]), ...middle, turnEnded(utterance)],
      last: [
        ...(late ? [profiled(utterance)] : []),
        final(utterance, said, language === undefined ? {} : { language }),
      ],
      overlap,
    }))

/**
 * What a listener may say of up to five utterances: the next may begin before the last final. Wherever a final has come
 * it could also answer marks.
 */
export const heardSteps = (options: { readonly manual: boolean }): fc.Arbitrary<readonly Step[]> =>
  fc
    .nat({ max: 5 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => utteranceOf(index, options.manual))))
    .map((utterances) => {
      const steps: Step[] = [{ type: 'place-for-marks', after: 0 }]
      let waiting: readonly Step[] = []
      for (const [index, { first, last, overlap }] of utterances.entries()) {
        const cut = Math.min(overlap, first.length)
        steps.push(...first.slice(0, cut), ...waiting, ...first.slice(cut))
        waiting = [...last, { type: 'place-for-marks', after: index + 1 }]
      }
      return [...steps, ...waiting]
    })

/** What happens to a codec, in order. */
export type Happening =
  | { readonly type: 'event'; readonly event: ListenEvent }
  | { readonly type: 'end-turn' }
  | { readonly type: 'close-stream' }

/** A listener's events with a client's `endTurn`s and its `closeStream` in between; each mark is answered after it was read. */
export const conversations = (options: { readonly manual: boolean }): fc.Arbitrary<readonly Happening[]> =>
  fc
    .record({
      steps: heardSteps(options),
      // Whether each place answers marks, how many, and how long before it the client asked.
      marks: fc.array(fc.record({ count: fc.nat({ max: 2 }), lead: fc.nat({ max: 8 }) }), {
        minLength: 6,
        maxLength: 6,
      }),
      close: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    })
    .map(({ steps, marks, close }) => {
      const happenings: Happening[] = []
      let asked = 0
      let lastAsked = 0
      for (const step of steps) {
        if (step.type !== 'place-for-marks') {
          happenings.push({ type: 'event', event: step })
          continue
        }
        const { count, lead } = marks[step.after]!
        // A turn that was told of before the client asked lies before the mark, so its final would have come by now.
        const next = happenings.findIndex(
          (happening) =>
            happening.type === 'event' && 'utterance' in happening.event && happening.event.utterance === step.after,
        )
        const latest = next < 0 ? happenings.length : next
        if (latest < lastAsked) continue
        for (let i = 0; i < count; i++) {
          asked += 1
          const place = Math.max(lastAsked, latest + i - lead)
          happenings.splice(place, 0, { type: 'end-turn' })
          lastAsked = place + 1
          happenings.push({ type: 'event', event: { type: 'marked', mark: asked } })
        }
      }
      if (close !== undefined) {
        const place = lastAsked + Math.floor(close * (happenings.length - lastAsked))
        happenings.splice(place, 0, { type: 'close-stream' })
      }
      happenings.push({ type: 'event', event: { type: 'listen.ended', audioMs: 12_345.6 } })
      return happenings
    })
