import { describe, expect, it } from 'vitest'
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

describe('with a profile', () => {
  const traits = (low: number) => [
    {
      name: 'pitch',
      labels: [
        { label: 'mid', confidence: 1 - low },
        { label: 'low', confidence: low },
      ],
    },
    { name: 'vocalStyle', labels: [{ label: 'whispering', confidence: 0.93456 }] },
  ]
  const profiles = [0, 1].map((utterance) => ({
    type: 'voice.profiled' as const,
    utterance,
    startMs: 0,
    endMs: 500,
    traits: traits(0.75 + utterance * 0.2),
  }))
  const hearing = { ...transcript.hearing, profiles, traits: traits(0.85) }

  it('tells the voice under each turn, of turns without words too, and all in all', () => {
    expect(render({ ...transcript, hearing, profile: true })).toBe(
      [
        'Hello there',
        '  pitch        low         0.75  mid  0.25',
        '  vocal style  whispering  0.93',
        '  language     en',
        '(no words)',
        '  pitch        low         0.95',
        '  vocal style  whispering  0.93',
        '  language     en',
        'And goodbye',
        '  language  en',
        '',
        'All in all:',
        '  pitch        low         0.85  mid  0.15',
        '  vocal style  whispering  0.93',
        '',
      ].join('\n'),
    )
    expect(render({ ...transcript, hearing })).toBe('Hello there\nAnd goodbye\n')
  })

  it('writes every label into JSON', () => {
    const written = JSON.parse(render({ ...transcript, hearing, format: 'json', profile: true }))
    expect(written.voice.vocalStyle).toEqual([{ label: 'whispering', confidence: 0.9346 }])
    expect(written.utterances).toMatchObject([
      { text: 'Hello there', voice: { pitch: [{ label: 'mid' }, { label: 'low', confidence: 0.75 }] } },
      { text: '', voice: { pitch: [{ label: 'mid', confidence: 0.05 }, { label: 'low' }] } },
      { text: 'And goodbye', voice: {} },
    ])
    expect(render({ ...transcript, hearing, format: 'json' })).not.toContain('voice')
  })
})
