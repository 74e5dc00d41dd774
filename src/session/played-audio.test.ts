/** Where what is played lies on the clock of the input. */
import { describe, expect, it } from 'vitest'
import type { AudioFrame } from '../audio/frame.ts'
import { PlayedAudio } from './played-audio.ts'

const sampleRate = 1000

const start = (at = 5000) => {
  let now = at
  const played = new PlayedAudio(sampleRate, () => now)
  return {
    played,
    /** Time passes, and so much input has come in by then. */
    pass: (ms: number, inputMs?: number) => {
      now += ms
      if (inputMs !== undefined) played.received(inputMs)
    },
  }
}

const frame = (ms: number, value: number): AudioFrame => ({
  samples: new Float32Array(ms).fill(value),
  sampleRate,
  startMs: 0,
})

/** Runs of equal samples: `[value, length]`. */
const runs = (samples: Float32Array): readonly (readonly [number, number])[] => {
  const all: [number, number][] = []
  for (const sample of samples) {
    const last = all.at(-1)
    if (last?.[0] === sample) last[1] += 1
    else all.push([sample, 1])
  }
  return all
}

describe('played audio', () => {
  it('lies where the input was when it went out, and what follows at once behind it', () => {
    const { played, pass } = start()
    pass(20, 20)
    pass(80, 100)
    played.play(frame(50, 1))
    played.play(frame(50, 2))
    pass(300, 400)
    played.play(frame(50, 3))
    expect(played.endMs).toBe(450)
    expect(runs(played.read(0, 500))).toEqual([
      [0, 100],
      [1, 50],
      [2, 50],
      [0, 200],
      [3, 50],
      [0, 50],
    ])
    expect(runs(played.read(420, 100))).toEqual([
      [3, 30],
      [0, 70],
    ])
  })

  it('may go out before there is any input', () => {
    const { played, pass } = start()
    played.play(frame(400, 1))
    pass(100, 0)
    pass(20, 20)
    expect(runs(played.read(0, 400))).toEqual([
      [1, 300],
      [0, 100],
    ])
  })

  it('keeps its place where input comes in jerks, and moves with the clock of a client that sent nothing for a while', () => {
    const { played, pass } = start()
    pass(0, 0)
    pass(150, 100)
    pass(0, 150)
    pass(100, 200)
    played.play(frame(100, 1))
    expect(played.endMs).toBe(300)
    pass(20, 220)
    pass(1000, 240)
    played.play(frame(10, 2))
    expect(played.endMs).toBe(250)
    expect(runs(played.read(230, 30))).toEqual([
      [0, 10],
      [2, 10],
      [0, 10],
    ])
    // As before, but late by less than a player waits for.
    pass(120, 360)
    played.play(frame(10, 3))
    expect(played.endMs).toBe(260)
  })

  it('is cut a little after a client was told to stop', () => {
    const { played, pass } = start()
    pass(100, 100)
    played.play(frame(1000, 1))
    pass(100, 200)
    played.stop()
    pass(500, 700)
    played.play(frame(100, 2))
    expect(runs(played.read(0, 900))).toEqual([
      [0, 100],
      [1, 300],
      [0, 300],
      [2, 100],
      [0, 100],
    ])
  })

  it('forgets what lies too far ahead, and keeps the place of what follows', () => {
    const { played, pass } = start()
    pass(0, 0)
    for (let second = 0; second < 90; second += 1) played.play(frame(1000, second + 1))
    expect(played.endMs).toBe(90_000)
    expect(runs(played.read(59_500, 1000))).toEqual([
      [60, 500],
      [0, 500],
    ])
  })
})
