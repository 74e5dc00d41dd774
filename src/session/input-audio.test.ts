import fc from 'fast-check'
import { expect, it } from 'vitest'
import { samplesToMulaw } from '../audio/g711.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { InputAudio } from './input-audio.ts'

const tone = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => Math.sin(at / 7) / 2)
const pcm16 = { encoding: 'pcm16', sampleRate: 24_000 } as const

it('gives the same samples however the bytes are cut, on one clock', () => {
  const bytes = samplesToPcm16(tone(2000))
  const whole = [...new InputAudio(pcm16).read(bytes)].flatMap(({ samples }) => [...samples])
  expect(whole).toHaveLength(2000)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 30 }), (cuts) => {
      const input = new InputAudio(pcm16)
      const samples: number[] = []
      let at = 0
      for (const length of [...cuts, bytes.length]) {
        for (const frame of input.read(bytes.subarray(at, at + length))) {
          expect(frame.startMs).toBeCloseTo(samples.length / 24, 6)
          samples.push(...frame.samples)
        }
        at += length
      }
      expect(samples).toEqual(whole)
      expect(input.audioMs).toBeCloseTo(2000 / 24, 6)
    }),
  )
})

it('cuts long audio into frames of at most half a second', () => {
  const frames = [...new InputAudio(pcm16).read(new Uint8Array(24_000 * 2 * 3))]
  expect(frames.map((frame) => frame.samples.length)).toEqual(Array(6).fill(12_000))
})

it('reads on in another format after a change, without the half sample of before, on the same clock', () => {
  const input = new InputAudio(pcm16)
  expect([...input.read(new Uint8Array(241))]).toHaveLength(1)
  input.configure({ encoding: 'mulaw', sampleRate: 8000 })
  const [frame] = [...input.read(samplesToMulaw(tone(80)))]
  expect(frame).toMatchObject({ sampleRate: 8000, startMs: 5 })
  expect(frame!.samples[10]).toBeCloseTo(tone(80)[10]!, 1)
  input.configure({ encoding: 'float32', sampleRate: 16_000 })
  const [float] = [...input.read(new Uint8Array(tone(160).buffer))]
  expect(float).toMatchObject({ sampleRate: 16_000, startMs: 15 })
  expect(float!.samples).toEqual(tone(160))
})
