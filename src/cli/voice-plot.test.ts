import { expect, it } from 'vitest'
import type { AudioFrame } from '../audio/frame.ts'
import type { Heard } from '../listening/heard.ts'
import { gatherCourse, SoundTrack, type VoiceCourse } from './voice-course.ts'
import { plotVoice } from './voice-plot.ts'

/** A second of silence between two seconds of a tone of 200 Hz. */
const tone = (second: number): AudioFrame => ({
  samples: Float32Array.from({ length: 16_000 }, (_, i) =>
    second === 1 ? 0 : 0.3 * Math.sin((i * 200 * 2 * Math.PI) / 16_000),
  ),
  sampleRate: 16_000,
  startMs: second * 1000,
})

const profiled = (utterance: number, endMs: number, angry: number): Heard => ({
  type: 'voice.profiled',
  utterance,
  startMs: 0,
  endMs,
  traits: [
    {
      name: 'emotion',
      labels: [
        { label: 'angry', confidence: angry },
        { label: 'calm & "warm"', confidence: 1 - angry },
      ],
    },
  ],
})

const final = (utterance: number, text: string, startMs: number): Heard => ({
  type: 'transcript.final',
  utterance,
  text,
  words: text.split(' ').map((word, i) => ({ text: word, startMs: startMs + i * 300, endMs: startMs + i * 300 + 280 })),
  startMs,
  endMs: startMs + 900,
  silenceMs: 0,
  pass: 'whole',
})

const course = (): Promise<VoiceCourse> => {
  const sound = new SoundTrack()
  for (const second of [0, 1, 2]) sound.hear(tone(second))
  async function* heard(): AsyncGenerator<Heard> {
    yield profiled(0, 500, 0.75)
    // The next turn begins before the last profile of this one is there.
    yield profiled(1, 2500, 0.25)
    yield profiled(0, 1000, 0.5)
    yield final(0, 'Is <this> loud', 0)
    yield final(1, 'Not now', 2000)
  }
  return gatherCourse(heard(), sound, () => 3000)
}

/** Tags that are opened and not closed, or the other way round. */
const unbalanced = (svg: string): readonly string[] => {
  const open: string[] = []
  for (const [, end, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (end && open.at(-1) === name) open.pop()
    else if (!self) open.push(`${end}${name}`)
  }
  return open
}

it('follows pitch, level, profiles and words', async () => {
  const { sound, profiles, words, text } = await course()
  expect(text).toBe('Is <this> loud Not now')
  expect(words).toHaveLength(5)
  expect(profiles.map(({ endMs }) => endMs)).toEqual([500, 1000, 2500])
  const at = (ms: number) => sound.find(({ atMs }) => atMs === ms)!
  expect(at(500).hz).toBeCloseTo(200, 0)
  expect(at(2500).hz).toBeCloseTo(200, 0)
  expect(at(1500)).toEqual({ atMs: 1500, levelDb: -120 })
})

it('draws them into one file that needs nothing else, whatever stands in names and words', async () => {
  const svg = plotVoice(await course(), 'a <b> & "c".wav')
  expect(unbalanced(svg)).toEqual([])
  expect(svg).not.toMatch(/NaN|Infinity|undefined|href|url\(|@import|<script/)
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*><title>The voice in a &lt;b&gt; &amp; &quot;c&quot;.wav<\/title>/,
  )
  expect(svg).toContain('prefers-color-scheme:dark')
  for (const told of [
    'pitch (Hz)',
    'energy (dB of full scale)',
    'emotion (likelihood)',
    'time (s)',
    'angry',
    '&lt;this&gt;',
    'loud',
  ])
    expect(svg).toContain(`>${told}<`)
  expect(svg).toContain('>calm &amp; &quot;warm&quot;<')
})

it('joins no turn with the next, and no voice over a silence', async () => {
  const svg = plotVoice(await course(), 'x')
  const paths = [...svg.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path!)
  // Pitch twice, level once, two samples in the legend, and one stretch of two labels; the second turn is two dots.
  expect(paths).toHaveLength(2 + 1 + 2 + 2)
  expect(svg.match(/<circle/g)).toHaveLength(2)
})

it('draws silence too', () => {
  const svg = plotVoice({ audioMs: 0, sound: [], profiles: [], words: [], text: '' }, 'nothing')
  expect(unbalanced(svg)).toEqual([])
  expect(svg).not.toMatch(/NaN|Infinity/)
})
