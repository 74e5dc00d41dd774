import { describe, expect, it } from 'vitest'
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { ItemAudio } from './item-audio.ts'

const sampleRate = 8000
/** Audio whose samples say where on the clock they lie. */
const audio = (startMs: number, lengthMs: number): AudioFrame => ({
  samples: Float32Array.from({ length: lengthMs * 8 }, (_, at) => (startMs + at / 8) / 32_768),
  sampleRate,
  startMs,
})
const beginsAt = (frame: AudioFrame): number => Math.round(frame.samples[0]! * 32_768)
const reply = (itemId: string, frame: AudioFrame) =>
  ({ type: 'reply.audio', replyId: 'r', itemId, index: 0, partIndex: 0, frame }) as const
const committed = (itemId: string, startMs: number, endMs: number) =>
  ({ type: 'audio.committed', itemId, previousId: null, startMs, endMs, silenceMs: 0 }) as const

describe('the audio of items', () => {
  it('is what was received between the beginning and the end of a turn', () => {
    const kept = new ItemAudio(10_000)
    for (let at = 0; at < 1000; at += 20) kept.received(audio(at, 20))
    kept.see(committed('u', 130, 470))
    const [frame] = kept.of('u')!
    expect(beginsAt(frame!)).toBe(130)
    expect(durationMs(frame!)).toBe(340)
    kept.see(committed('next', 470, 1000))
    expect(durationMs(kept.of('next')![0]!)).toBe(530)
  })

  it('grows with a reply, is cut to what was heard, and goes with its item', () => {
    const kept = new ItemAudio(10_000)
    kept.see(reply('a', audio(0, 200)))
    kept.see(reply('a', audio(200, 200)))
    expect(durationMs(kept.of('a')![0]!)).toBe(400)
    kept.see({ type: 'item.truncated', itemId: 'a', partIndex: 0, heardMs: 250, item: {} as never })
    expect(durationMs(kept.of('a')![0]!)).toBe(250)
    kept.see({ type: 'item.deleted', itemId: 'a' })
    expect(kept.of('a')).toBeUndefined()
  })

  it('stays what was heard of a reply that goes on after it was cut', () => {
    const kept = new ItemAudio(10_000)
    kept.see(reply('a', audio(0, 400)))
    kept.see({ type: 'item.truncated', itemId: 'a', partIndex: 0, heardMs: 300, item: {} as never })
    kept.see(reply('a', audio(400, 400)))
    expect(durationMs(kept.of('a')![0]!)).toBe(300)
  })

  it('is given up for later audio beyond the limit; of an item that is too long nothing is kept', () => {
    const kept = new ItemAudio(1000)
    kept.see(reply('a', audio(0, 600)))
    kept.see(reply('b', audio(0, 600)))
    expect(kept.of('a')).toBeUndefined()
    expect(durationMs(kept.of('b')![0]!)).toBe(600)
    kept.see(reply('b', audio(600, 600)))
    kept.see(reply('b', audio(1200, 100)))
    expect(kept.of('b')).toBeUndefined()
    for (let at = 0; at < 3000; at += 500) kept.received(audio(at, 500))
    kept.see(committed('u', 0, 3000))
    expect(beginsAt(kept.of('u')![0]!)).toBe(2000)
  })

  it('is not kept at all with a limit of 0', () => {
    const kept = new ItemAudio(0)
    kept.see(reply('a', audio(0, 20)))
    expect(kept.of('a')).toBeUndefined()
  })
})
