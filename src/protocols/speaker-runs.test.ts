import { expect, it } from 'vitest'
import { final } from '../../test/support/heard.ts'
import { speakerLetter, speakerNumber, speakerRuns } from './speaker-runs.ts'

const word = (text: string, startMs: number, speaker: string) => ({ text, startMs, endMs: startMs + 90, speaker })

it('cuts a turn where the speaker changes', () => {
  const words = [word('Good', 0, '1'), word('morning', 100, '1'), word('hello', 200, '2'), word('Ada', 300, '1')]
  const heard = { ...final(0, 'Good morning hello Ada'), words }
  expect(speakerRuns(heard).map(({ text, speaker, startMs, endMs }) => [speaker, text, startMs, endMs])).toEqual([
    ['1', 'Good morning', 0, 190],
    ['2', 'hello', 200, 290],
    ['1', 'Ada', 300, 390],
  ])
})

it('leaves a turn whole whose words do not say who spoke them', () => {
  const heard = final(0, 'Good morning')
  const [run, ...rest] = speakerRuns(heard)
  expect(rest).toEqual([])
  expect(run).toEqual({ text: 'Good morning', startMs: heard.startMs, endMs: heard.endMs, words: heard.words })
})

it('names the speaker of a turn without words by what was heard of its voice', () => {
  const heard = { ...final(0, 'Good morning'), words: [], speakers: [{ speaker: '2', startMs: 0, endMs: 900 }] }
  expect(speakerRuns(heard)[0]?.speaker).toBe('2')
})

it('counts speakers as each wire does', () => {
  expect(['1', '2', '26', '27', '53'].map(speakerLetter)).toEqual(['A', 'B', 'Z', 'AA', 'BA'])
  expect(['1', '12'].map((speaker) => speakerNumber(speaker))).toEqual([0, 11])
  expect(speakerNumber('guest', ['host', 'guest'])).toBe(1)
})
