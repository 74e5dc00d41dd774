import { expect, it } from 'vitest'
import type { Final } from '../protocols/hearing.ts'
import { render, type Transcript } from './transcript.ts'

const final = (utterance: number, text: string, startMs: number): Final => {
  const texts = text.split(' ').filter((word) => word !== '')
  return {
    type: 'transcript.final',
    utterance,
    text,
    words: texts.map((word, index) => ({
      text: word,
      startMs: startMs + index * 500,
      endMs: startMs + index * 500 + 400,
      confidence: 0.5,
    })),
    startMs,
    endMs: startMs + texts.length * 500,
    silenceMs: 400,
    pass: 'whole',
    language: 'en',
  }
}

const transcript: Transcript = {
  file: 'talk.wav',
  engine: 'fake/ears',
  hearing: {
    finals: [final(0, 'Hello there', 1000), final(1, '', 4000), final(2, 'And goodbye', 61_000)],
    profiles: [],
    traits: [],
    audioMs: 70_000,
  },
  format: 'text',
  words: false,
  profile: false,
  several: false,
}

it('writes one line of text per turn, and none where nothing was said', () => {
  expect(render(transcript)).toBe('Hello there\nAnd goodbye\n')
})

it('names the file above its text when there are several', () => {
  expect(render({ ...transcript, several: true })).toBe('talk.wav:\nHello there\nAnd goodbye\n\n')
})

it('writes each word with its times in seconds', () => {
  expect(
    render({ ...transcript, words: true })
      .split('\n')
      .slice(0, 2),
  ).toEqual(['1.00\t1.40\tHello\t0.50', '1.50\t1.90\tthere\t0.50'])
})

it('writes JSON, with words only when they are wanted', () => {
  const plain = JSON.parse(render({ ...transcript, format: 'json' }))
  expect(plain).toEqual({
    file: 'talk.wav',
    engine: 'fake/ears',
    language: 'en',
    audioMs: 70_000,
    text: 'Hello there And goodbye',
    utterances: [
      { text: 'Hello there', startMs: 1000, endMs: 2000 },
      { text: 'And goodbye', startMs: 61_000, endMs: 62_000 },
    ],
  })
  const worded = JSON.parse(render({ ...transcript, format: 'json', words: true }))
  expect(worded.utterances[0].words[1]).toEqual({ text: 'there', startMs: 1500, endMs: 1900, confidence: 0.5 })
  expect(render({ ...transcript, format: 'json', several: true })).toMatch(/^\{.*\}\n$/)
})

it('writes subtitles, by the word when words are wanted', () => {
  expect(render({ ...transcript, format: 'srt' })).toBe(
    '1\n00:00:01,000 --> 00:00:01,900\nHello there\n\n2\n00:01:01,000 --> 00:01:01,900\nAnd goodbye\n',
  )
  expect(render({ ...transcript, format: 'vtt' })).toMatch(/^WEBVTT\n\n00:00:01\.000 --> 00:00:01\.900\nHello there\n/)
  expect(render({ ...transcript, format: 'srt', words: true }).match(/-->/g)).toHaveLength(4)
})
