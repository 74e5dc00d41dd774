import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AudioFrame } from '../audio/frame.ts'
import { Playout, type PlayoutTick } from './playout.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A rate at which a sample is a millisecond, so that a sample can say which it is. */
const sampleRate = 1000

const playing = ({ droppable = false, lagMs = 0 } = {}) => {
  const out: number[] = []
  /** How much of `out` was there each time that what was not heard yet was dropped. */
  const drops: number[] = []
  const ticks: string[] = []
  const playout = new Playout({
    play: ({ samples }) => out.push(...samples),
    ...(droppable && { drop: () => drops.push(out.length) }),
    ...(lagMs > 0 && { lagMs: () => lagMs }),
    tell: (tick: PlayoutTick) =>
      ticks.push(
        `${tick.type.slice('playback.'.length)} ${tick.replyId}${'heardMs' in tick ? ` ${tick.heardMs}` : ''}`,
      ),
    now: () => vi.getMockedSystemTime()!.getTime(),
  })
  let made = 0
  /** So much audio; samples are numbered from 0. */
  const push = (replyId: string, ms: number): void => {
    const frame: AudioFrame = {
      samples: Float32Array.from({ length: ms }, (_, at) => made + at),
      sampleRate,
      startMs: made,
    }
    made += ms
    playout.push(replyId, frame)
  }
  const say = (replyId: string, ms: number): void => {
    playout.begin(replyId)
    push(replyId, ms)
    playout.end(replyId)
  }
  return { playout, out, drops, ticks, push, say }
}
const pass = (ms: number): void => void vi.advanceTimersByTime(ms)
const count = (to: number): number[] => Array.from({ length: to }, (_, at) => at)

describe('a paced reply', () => {
  it('is let out at the pace of time with a small lead, and has stopped when it has been heard', () => {
    const { out, ticks, say } = playing()
    say('a', 500)
    expect(out).toHaveLength(60)
    expect(ticks).toEqual(['started a'])
    pass(200)
    expect(out).toHaveLength(260)
    pass(299)
    expect(out).toEqual(count(500))
    expect(ticks).toEqual(['started a'])
    pass(20)
    expect(ticks).toEqual(['started a', 'stopped a'])
    pass(10_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is held at once but for the lead, and goes on from the held sample', () => {
    const { playout, out, say } = playing()
    say('a', 1000)
    pass(200)
    playout.hold()
    pass(5000)
    expect(out).toEqual(count(260))
    playout.resume()
    expect(out).toEqual(count(320))
    pass(1000)
    expect(out).toEqual(count(1000))
  })

  it('of which all is out when it is held has stopped all the same', () => {
    const { playout, ticks, say } = playing()
    say('a', 50)
    playout.hold()
    pass(100)
    expect(ticks).toEqual(['started a', 'stopped a'])
  })

  it('that is cleared says how much was heard, and what still comes of it is not heard', () => {
    const { playout, out, ticks, push } = playing()
    playout.begin('a')
    push('a', 400)
    pass(100)
    playout.hold()
    playout.clear()
    expect(ticks).toEqual(['started a', 'cleared a 160'])
    push('a', 400)
    pass(1000)
    expect(out).toHaveLength(160)
    playout.end('a')
    expect(ticks).toHaveLength(2)
  })

  it('is followed by the next without a gap; one that has nothing to say yet keeps nobody waiting', () => {
    const { playout, out, ticks, push, say } = playing()
    playout.begin('thinks')
    say('a', 100)
    say('b', 100)
    pass(120)
    push('thinks', 100)
    pass(160)
    expect(out).toHaveLength(300)
    playout.end('thinks')
    pass(100)
    expect(ticks).toEqual(['a', 'b', 'thinks'].flatMap((reply) => [`started ${reply}`, `stopped ${reply}`]))
  })

  it('without any audio is told of all the same', () => {
    const { playout, ticks } = playing()
    playout.begin('a')
    playout.end('a')
    pass(100)
    expect(ticks).toEqual(['stopped a'])
    playout.begin('b')
    playout.end('b')
    playout.clear()
    expect(ticks).toEqual(['stopped a', 'cleared b 0'])
  })

  it('waits for its maker, and its maker for it', async () => {
    const { playout, out, push } = playing()
    playout.begin('a')
    push('a', 20)
    pass(1000)
    expect(vi.getTimerCount()).toBe(0)
    push('a', 10_100)
    expect(out).toHaveLength(80)
    expect(playout.isFull).toBe(true)
    const eased = playout.eased().then(() => out.length)
    await vi.advanceTimersByTimeAsync(8000)
    expect(await eased).toBeLessThan(5200)
    playout.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('loses and repeats no sample, whatever is held when', () => {
    const step = fc.record({
      do: fc.constantFrom('hold', 'resume', 'push', 'pass'),
      ms: fc.integer({ min: 1, max: 300 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { playout, out, push } = playing()
        playout.begin('a')
        let made = 0
        for (const { do: what, ms } of steps) {
          if (what === 'push') {
            push('a', ms)
            made += ms
          } else if (what === 'pass') pass(ms)
          else playout[what as 'hold' | 'resume']()
          expect(out).toEqual(count(out.length))
        }
        playout.resume()
        pass(made + 100)
        expect(out).toHaveLength(made)
        playout.close()
      }),
      { numRuns: 100 },
    )
  })
})

describe('where what is out can be dropped', () => {
  it('a hold is silence at once, and goes on from the sample that was not heard', () => {
    const { playout, out, drops, ticks, say } = playing({ droppable: true })
    say('a', 200)
    pass(100)
    playout.hold()
    expect(drops).toEqual([out.length])
    const before = out.length
    pass(500)
    expect(out).toHaveLength(before)
    playout.resume()
    pass(200)
    expect(out.slice(before)).toEqual(count(200).slice(100))
    expect(ticks).toEqual(['started a', 'stopped a'])
  })

  it('a clear counts what was heard, not what was let out, also of a reply that was all out', () => {
    const { playout, ticks, say } = playing({ droppable: true })
    say('a', 50)
    pass(20)
    playout.clear()
    expect(ticks).toEqual(['started a', 'cleared a 20'])
    pass(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('a reply of which nothing was heard begins again, and is told of once', () => {
    const { playout, out, ticks, say } = playing({ droppable: true })
    say('a', 30)
    say('b', 100)
    pass(20)
    playout.hold()
    pass(20)
    playout.resume()
    pass(200)
    expect(ticks).toEqual(['started a', 'stopped a', 'started b', 'stopped b'])
    expect(out.slice(out.lastIndexOf(20))).toEqual(count(130).slice(20))
  })

  it('counts what was heard by how late it is heard', () => {
    const { playout, out, ticks, say } = playing({ droppable: true, lagMs: 50 })
    say('a', 200)
    pass(100)
    playout.hold()
    const before = out.length
    pass(100)
    playout.resume()
    pass(60)
    expect(out[before]).toBe(50)
    expect(ticks).toEqual(['started a'])
    pass(200)
    expect(ticks).toEqual(['started a', 'stopped a'])
    say('b', 200)
    pass(140)
    playout.clear()
    expect(ticks.at(-1)).toBe('cleared b 90')
  })
})
