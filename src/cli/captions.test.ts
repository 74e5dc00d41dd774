import { expect, it } from 'vitest'
import type { Heard } from '../listening/heard.ts'
import { captions } from './captions.ts'

const said: readonly Heard[] = [
  { type: 'speech.started', utterance: 0, startMs: 0, confidence: 0.9 },
  { type: 'transcript.partial', utterance: 0, text: 'hello', stable: 0, words: [] },
  { type: 'transcript.partial', utterance: 0, text: 'hello there my good old friend', stable: 5, words: [] },
  { type: 'turn.ended', utterance: 0, startMs: 0, endMs: 900, silenceMs: 400 },
  {
    type: 'transcript.final',
    utterance: 0,
    text: 'Hello there',
    words: [],
    startMs: 0,
    endMs: 900,
    silenceMs: 400,
    pass: 'whole',
  },
]

const profiled = (endMs: number, confidence: number): Heard => ({
  type: 'voice.profiled',
  utterance: 0,
  startMs: 0,
  endMs,
  traits: [
    { name: 'vocalStyle', labels: [{ label: 'shouting', confidence }] },
    { name: 'rate', labels: [{ label: 'normal', confidence: 0.8 }] },
  ],
})
const voiced: readonly Heard[] = [...said.slice(0, 2), profiled(500, 0.7), profiled(1000, 0.9), ...said.slice(2)]

const written = (outIsTty: boolean, columns = 80, events = said): string => {
  let text = ''
  const show = captions({
    out: (more) => {
      text += more
    },
    outIsTty,
    columns: () => columns,
    paint: (_, plain) => plain,
  })
  for (const heard of events) show(heard)
  return text
}

it('rewrites the open turn in place on a terminal and leaves the final one standing', () => {
  const lines = written(true).split('\r\u001b[K')
  expect(lines.at(-1)).toBe('Hello there\n')
  expect(lines).toContain('hello')
  expect(lines.slice(0, -1).join('')).not.toContain('\n')
})

it('keeps a long partial to the end that fits on one line', () => {
  const lines = written(true, 12).split('\r\u001b[K')
  expect(lines).toContain('…old friend')
  expect(lines.every((line) => line.trim().length < 12)).toBe(true)
})

it('writes only finished turns into a pipe', () => {
  expect(written(false)).toBe('Hello there\n')
})

it('renews what the voice is like behind the words, and leaves it under the turn', () => {
  const lines = written(true, 80, voiced).split('\r\u001b[K')
  expect(lines).toContain('hello  [shouting 0.70]')
  expect(lines).toContain('hello  [shouting 0.90]')
  expect(lines.at(-1)).toBe('Hello there\n  [vocal style shouting 0.90 · rate normal 0.80]\n')
  for (const line of written(true, 40, voiced).split('\r\u001b[K').slice(0, -1)) expect(line.length).toBeLessThan(40)
})

it('writes each profile on a line of its own into a pipe', () => {
  expect(written(false, 80, voiced)).toBe(
    '0.5 s  vocal style shouting 0.70 · rate normal 0.80\n1.0 s  vocal style shouting 0.90 · rate normal 0.80\nHello there\n',
  )
})
