/** What a session's settings ask of the listener. */
import { describe, expect, it } from 'vitest'
import { defaultConfig } from '../../test/support/conversation.ts'
import { merge, type TurnDetection, type TurnOverrides } from '../conversation/config.ts'
import { eagerness, hearingWish } from './hearing-wish.ts'

const reactions = { createReply: true, interruptReply: true }
const semantic: TurnDetection = { type: 'semantic', eagerness: 'low', ...reactions }
const wish = (turnOverrides: Partial<TurnOverrides>, turnDetection: object | null = {}) =>
  hearingWish(merge(defaultConfig, { input: { turnDetection, turnOverrides } }))

it('noise is suppressed for the recognizer where the client asks for it', () => {
  const noiseOf = (noiseReduction: 'near' | 'far' | null) =>
    hearingWish(merge(defaultConfig, { input: { noiseReduction } })).listener.noise
  expect([null, 'near', 'far'].map((one) => noiseOf(one as 'near' | 'far' | null))).toEqual(['none', 'near', 'far'])
})

describe('what a client says of turns beside the turn detection', () => {
  it('wins over eagerness, each value for itself', () => {
    expect(wish({}, semantic).turns).toMatchObject(eagerness.low)
    expect(wish({ confidence: 0.3 }, semantic).turns).toMatchObject({ ...eagerness.low, confidence: 0.3 })
    expect(wish({ minSilenceMs: 150, maxSilenceMs: 900 }, semantic).turns).toMatchObject({
      confidence: 0.8,
      minSilenceMs: 150,
      maxSilenceMs: 900,
    })
    expect(wish({ threshold: 0.7 }, semantic).gate).toEqual({ threshold: 0.7, lastingMs: [] })
  })

  it('never makes the most silence less than the least unless it says so', () => {
    expect(wish({ minSilenceMs: 9000 }, semantic).turns).toMatchObject({ minSilenceMs: 9000, maxSilenceMs: 9000 })
    expect(wish({ maxSilenceMs: 300 }, semantic).turns).toMatchObject({ minSilenceMs: 700, maxSilenceMs: 300 })
  })

  it('wins over a fixed silence, and confidence lets an unlikely end wait', () => {
    expect(wish({}).turns).toMatchObject({ minSilenceMs: 500, maxSilenceMs: 500, confidence: 0 })
    expect(wish({ minSilenceMs: 900 }).turns).toMatchObject({ minSilenceMs: 900, maxSilenceMs: 900, confidence: 0 })
    expect(wish({ confidence: 0.6 }).turns).toMatchObject({ minSilenceMs: 500, maxSilenceMs: 2000, confidence: 0.6 })
    expect(wish({ threshold: 0.2 }).gate).toEqual({ threshold: 0.2, prefixMs: 300, lastingMs: [] })
  })

  it('leaves turns to the client at a threshold of 0, and where it is out of force', () => {
    expect(wish({ threshold: 0 }).turns).toMatchObject({ mode: 'manual' })
    expect(wish({ threshold: 0, confidence: 0.5 }, semantic).turns).toMatchObject({ mode: 'manual' })
    expect(wish({ threshold: 0.4, minSilenceMs: 100 }, null).turns).toMatchObject({ mode: 'manual' })
  })
})

describe('how much must be said before it counts', () => {
  const lengths = (minSpeechMs: number, paced: boolean) =>
    hearingWish(merge(defaultConfig, { input: { interruption: { minSpeechMs } } }), paced).gate.lastingMs

  it('is what the listener tells of: nothing where the gate’s opening is enough and the client plays', () => {
    expect(lengths(0, false)).toEqual([])
    expect(lengths(200, false)).toEqual([200])
    expect(lengths(200, true)).toEqual([200, 300])
    expect(lengths(0, true)).toEqual([300])
    expect(lengths(400, true)).toEqual([400])
  })
})
