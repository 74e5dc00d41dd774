import { describe, expect, it } from 'vitest'
import { defaultTurns } from './settings.ts'
import { silenceLeftMs, silenceNeededMs, turnIsOver } from './turns.ts'

describe('without a turn detector', () => {
  it('more confidence needs more silence', () => {
    expect(silenceNeededMs(defaultTurns)).toBeCloseTo(693, 0)
    expect(silenceNeededMs({ ...defaultTurns, confidence: 0.8 })).toBeCloseTo(1609, 0)
  })

  it('confidence 0 leaves it to the least silence, and certainty to the most', () => {
    expect(silenceNeededMs({ ...defaultTurns, confidence: 0 })).toBe(400)
    expect(silenceNeededMs({ ...defaultTurns, confidence: 1 })).toBe(2000)
    expect(silenceNeededMs({ ...defaultTurns, confidence: 0.99 })).toBe(2000)
  })

  it('the turn ends at the silence that is needed and not before', async () => {
    const needed = silenceNeededMs(defaultTurns)
    expect(await turnIsOver(needed - 1, defaultTurns, undefined)).toBe(false)
    expect(await turnIsOver(needed, defaultTurns, undefined)).toBe(true)
    expect(silenceLeftMs(200, defaultTurns)).toBeCloseTo(493, 0)
  })

  it('the most silence ends the turn even where the least is more', async () => {
    expect(await turnIsOver(300, { ...defaultTurns, minSilenceMs: 900, maxSilenceMs: 300 }, undefined)).toBe(true)
  })
})

describe('with a turn detector', () => {
  it('a likely end ends the turn at the least silence', async () => {
    expect(await turnIsOver(399, defaultTurns, Promise.resolve(0.9))).toBe(false)
    expect(await turnIsOver(400, defaultTurns, Promise.resolve(0.9))).toBe(true)
  })

  it('an end that is out of the question waits for the most silence', async () => {
    expect(await turnIsOver(1999, defaultTurns, Promise.resolve(0))).toBe(false)
    expect(await turnIsOver(2000, defaultTurns, Promise.resolve(0))).toBe(true)
  })

  it('the less likely the end, the longer the turn waits', async () => {
    expect(silenceNeededMs(defaultTurns, 0.25)).toBe(1200)
    expect(silenceNeededMs(defaultTurns, 0.1)).toBeCloseTo(1680)
    expect(await turnIsOver(1100, defaultTurns, Promise.resolve(0.25))).toBe(false)
    expect(await turnIsOver(1200, defaultTurns, Promise.resolve(0.25))).toBe(true)
  })

  it('one that failed leaves it to silence', async () => {
    expect(await turnIsOver(600, defaultTurns, Promise.resolve(undefined))).toBe(false)
    expect(await turnIsOver(700, defaultTurns, Promise.resolve(undefined))).toBe(true)
  })
})

it('no silence ends a manual turn', async () => {
  expect(await turnIsOver(60_000, { ...defaultTurns, mode: 'manual' }, Promise.resolve(1))).toBe(false)
})
