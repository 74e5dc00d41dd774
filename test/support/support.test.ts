/** Whether the speech that other tests rest on is what they take it for. */
import { describe, expect, it } from 'vitest'
import { durationMs } from '../../src/audio/frame.ts'
import { clip, clips, readClip, sharedClips } from './clips.ts'
import { synthesize } from './flite.ts'
import { needs, recordings, shared } from './needs.ts'

describe('the recordings of pocketsphinx-testdata', () => {
  needs(recordings)

  it('are thirteen, each with its words', () => {
    expect(clips().map(({ name }) => name)).toHaveLength(13)
    expect(clips().every(({ text }) => /^[a-z' ]+$/.test(text))).toBe(true)
    expect(clip('librivox-0880').text).toBe('he was not an ill disposed young man')
  })

  it('sound for about as long as their words take', async () => {
    for (const one of clips()) {
      const frame = await readClip(one)
      expect(frame.sampleRate).toBe(16_000)
      const perWordMs = durationMs(frame) / one.text.split(' ').length
      expect(perWordMs, one.name).toBeGreaterThan(150)
      expect(perWordMs, one.name).toBeLessThan(1_500)
    }
  })
})

describe('the clips of ../shared', () => {
  needs(shared)

  it('decode from FLAC to as many seconds as their manifest says', async () => {
    const [first] = sharedClips(({ codec, category }) => codec === 'flac' && category === 'english-read')
    const frame = await readClip(first!)
    expect(frame.sampleRate).toBe(first!.facts.sample_rate)
    expect(durationMs(frame) / 1000).toBeCloseTo(first!.facts.seconds, 1)
  })
})

describe('flite', () => {
  it('speaks a sentence at 16 kHz, longer for more words', async () => {
    const [short, long] = [await synthesize('go forward'), await synthesize('go forward ten meters and then turn left')]
    expect(short.sampleRate).toBe(16_000)
    expect(short.samples.some((sample) => Math.abs(sample) > 0.05)).toBe(true)
    expect(durationMs(long)).toBeGreaterThan(1.5 * durationMs(short))
  })

  it('is ended when it takes too long', async () => {
    await expect(synthesize('wait '.repeat(20_000), 'rms', 300)).rejects.toThrow('longer than 300 ms')
  })
})
