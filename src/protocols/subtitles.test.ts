import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cuesOf, srt, vtt } from './subtitles.ts'

const spoken = (text: string, startMs = 0, stepMs = 300) => {
  const words = text
    .split(' ')
    .map((word, place) => ({ text: word, startMs: startMs + place * stepMs, endMs: startMs + place * stepMs + 250 }))
  return { text, words, startMs, endMs: words.at(-1)!.endMs }
}

describe('subtitles', () => {
  it('have two lines of 42 characters at most, cut where words were spoken', () => {
    const text =
      'the quick brown fox jumps over the lazy dog and then it lies down beside the river to sleep until noon'
    const cues = cuesOf([spoken(text)])
    expect(cues.map((cue) => cue.lines)).toEqual([
      ['the quick brown fox jumps over the lazy', 'dog and then it lies down beside the river'],
      ['to sleep until noon'],
    ])
    expect(cues.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 16 * 300 + 250],
      [17 * 300, 20 * 300 + 250],
    ])
  })

  it('begin anew after a long silence and with each turn', () => {
    const words = [
      { text: 'one', startMs: 0, endMs: 200 },
      { text: 'two', startMs: 2000, endMs: 2200 },
    ]
    const cues = cuesOf([{ text: 'one two', words, startMs: 0, endMs: 2200 }, spoken('three', 2300)])
    expect(cues.map((cue) => cue.lines[0])).toEqual(['one', 'two', 'three'])
  })

  it('spread text without word times over its length', () => {
    const [cue] = cuesOf([{ text: 'hello there', words: [], startMs: 1000, endMs: 3000 }])
    expect(cue).toEqual({ startMs: 1000, endMs: 3000, lines: ['hello there'] })
  })

  it('are written as SubRip', () => {
    const cues = cuesOf([spoken('hello there', 3_725_004), spoken('bye', 3_730_000)])
    expect(srt(cues)).toBe('1\n01:02:05,004 --> 01:02:05,554\nhello there\n\n2\n01:02:10,000 --> 01:02:10,250\nbye\n')
  })

  it('are written as WebVTT, with its marks escaped', () => {
    expect(vtt(cuesOf([spoken('a<b & c', 0)]))).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:00.850\na&lt;b &amp; c\n')
    expect(vtt([])).toBe('WEBVTT\n')
    expect(srt([])).toBe('')
  })

  it('keep every word in order, within the limits, and never overlap', () => {
    const word = fc.record({
      text: fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'é', 'ß', '-') }),
      gap: fc.nat({ max: 3000 }),
      length: fc.nat({ max: 900 }),
    })
    const sources = fc.array(fc.array(word, { maxLength: 40 }), { maxLength: 4 }).map((list) => {
      let at = 0
      return list.map((words) => {
        const timed = words.map(({ text, gap, length }) => {
          const startMs = at + gap
          at = startMs + length
          return { text, startMs, endMs: at }
        })
        return { text: timed.map(({ text }) => text).join(' '), words: timed, startMs: 0, endMs: at }
      })
    })
    fc.assert(
      fc.property(sources, (list) => {
        const cues = cuesOf(list)
        expect(cues.flatMap((cue) => cue.lines.flatMap((line) => line.split(' ')))).toEqual(
          list.flatMap((source) => source.words.map(({ text }) => text)),
        )
        let before = 0
        for (const { startMs, endMs, lines } of cues) {
          expect(startMs).toBeGreaterThanOrEqual(before)
          expect(endMs).toBeGreaterThan(startMs)
          before = endMs
          expect(lines.length).toBeLessThanOrEqual(2)
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(42)
        }
      }),
    )
  })
})
