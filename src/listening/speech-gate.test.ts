import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultGate, type GateSettings } from './settings.ts'
import { type GateEvent, SpeechGate } from './speech-gate.ts'

/** A gate that has been given windows of 32 ms of these likelihoods, and what it said. */
const gateAfter = (likelihoods: readonly number[], settings: Partial<GateSettings> = {}) => {
  const gate = new SpeechGate({ ...defaultGate, ...settings })
  const events = likelihoods.map((likelihood, index) =>
    gate.push({ likelihood, startMs: index * 32, endMs: (index + 1) * 32 }),
  )
  return { gate, events: events.filter((event): event is GateEvent => event !== undefined) }
}
const times = (count: number, likelihood: number): number[] => Array.from({ length: count }, () => likelihood)

describe('the speech gate', () => {
  it('opens after enough speech, and dates it back to where the speech began', () => {
    const { events } = gateAfter([0, 0, 0.6, 0.9, 0.8, 0.7])
    expect(events).toEqual([{ type: 'started', startMs: 64, likelihood: 0.9 }])
  })

  it('opens nothing for speech that is too short', () => {
    const { gate, events } = gateAfter([0, 0.9, 0.9, 0.9, 0, 0, 0])
    expect(events).toEqual([])
    expect(gate.blip).toEqual({ startMs: 32, endMs: 128, likelihood: 0.9 })
  })

  it('takes a likelihood a little below the threshold for speech only once there is speech', () => {
    expect(gateAfter(times(9, 0.4)).events).toEqual([])
    expect(gateAfter([0.6, ...times(9, 0.4)]).events).toEqual([{ type: 'started', startMs: 0, likelihood: 0.6 }])
  })

  it('pauses after enough silence, and dates it back to where the speech ended', () => {
    const { gate, events } = gateAfter([...times(10, 0.9), ...times(8, 0.1)])
    expect(events[1]).toEqual({ type: 'stopped', endMs: 320, silenceMs: 224 })
    expect(gate.silenceMs).toBe(256)
  })

  it('does not pause for silence that is too short', () => {
    const { events } = gateAfter([...times(10, 0.9), ...times(6, 0.1), 0.9, ...times(6, 0.1), 0.9])
    expect(events).toHaveLength(1)
  })

  it('resumes only after enough speech, and counts no silence while speech may be resuming', () => {
    const paused = [...times(10, 0.9), ...times(8, 0.1)]
    const blip = gateAfter([...paused, 0.9, 0.9])
    expect(blip.events).toHaveLength(2)
    expect(blip.gate.silenceMs).toBe(0)
    expect(blip.gate.pausedMs).toBe(320)
    expect(gateAfter([...paused, 0.9, 0.9, 0]).gate.silenceMs).toBe(11 * 32)
    const resumed = gateAfter([...paused, ...times(4, 0.9)])
    expect(resumed.events[2]).toEqual({ type: 'resumed', startMs: 18 * 32, likelihood: 0.9 })
  })

  it('starts anew after a reset, also in the middle of speech', () => {
    const { gate } = gateAfter(times(10, 0.9))
    gate.reset()
    const events = [10, 11, 12, 13].map((index) =>
      gate.push({ likelihood: 0.9, startMs: index * 32, endMs: (index + 1) * 32 }),
    )
    expect(events[3]).toEqual({ type: 'started', startMs: 320, likelihood: 0.9 })
  })

  it('obeys changed settings from the next window on', () => {
    const { gate } = gateAfter(times(3, 0.3))
    gate.configure({ ...defaultGate, threshold: 0.25, minSpeechMs: 0 })
    expect(gate.push({ likelihood: 0.3, startMs: 96, endMs: 128 })).toMatchObject({ type: 'started', startMs: 96 })
  })

  it('closes for silence however low the threshold', () => {
    expect(gateAfter([...times(9, 0.9), ...times(9, 0)], { threshold: 0.05 }).events.map(({ type }) => type)).toEqual([
      'started',
      'stopped',
    ])
  })

  it('whatever it hears, says started once, then stopped and resumed in turn, at times that never go back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.integer({ min: 0, max: 300 }),
        (likelihoods, ms) => {
          const { events } = gateAfter(likelihoods, { minSpeechMs: ms, pauseMs: ms })
          const expected = (index: number): string =>
            index === 0 ? 'started' : index % 2 === 1 ? 'stopped' : 'resumed'
          expect(events.map(({ type }) => type)).toEqual(events.map((_, index) => expected(index)))
          const places = events.map((event) => (event.type === 'stopped' ? event.endMs : event.startMs))
          expect(places).toEqual([...places].sort((a, b) => a - b))
        },
      ),
    )
  })
})
