import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { noTurnOverrides } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import { IdlePrompt } from './idle-prompt.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const configOf = (turnDetection: object | null): object => ({
  input: { turnDetection, turnOverrides: noTurnOverrides },
})

const watch = (idleMs: number | null) => {
  let elapsed = 0
  const prompt = new IdlePrompt({
    apply: () => {
      elapsed += 1
    },
  })
  const see = (event: object): void => prompt.see(event as SessionEvent)
  see({ type: 'session.created', config: configOf({ type: 'silence', idleMs }) })
  const say = (audioMs: number): void => {
    see({ type: 'reply.started', reply: { outOfBand: false } })
    see({ type: 'reply.audio', frame: { samples: new Float32Array(audioMs * 8), sampleRate: 8000, startMs: 0 } })
    see({ type: 'reply.finished', reply: { outOfBand: false, status: 'completed' } })
  }
  return { see, say, prompt, elapsed: () => elapsed }
}

it('waits until the reply has been played, and then for the silence', () => {
  const { say, elapsed } = watch(5000)
  vi.advanceTimersByTime(20_000)
  expect(elapsed()).toBe(0)
  say(3000)
  vi.advanceTimersByTime(7999)
  expect(elapsed()).toBe(0)
  vi.advanceTimersByTime(1)
  expect(elapsed()).toBe(1)
  vi.advanceTimersByTime(20_000)
  expect(elapsed()).toBe(1)
})

it('stops waiting when somebody speaks, and when the setting goes', () => {
  const { say, see, elapsed } = watch(5000)
  say(100)
  see({ type: 'speech.started' })
  vi.advanceTimersByTime(20_000)
  say(100)
  see({ type: 'session.updated', config: configOf(null) })
  vi.advanceTimersByTime(20_000)
  expect(elapsed()).toBe(0)
})

it('never waits without the setting, nor after it was closed', () => {
  const without = watch(null)
  without.say(100)
  const closed = watch(5000)
  closed.say(100)
  closed.prompt.close()
  vi.advanceTimersByTime(60_000)
  expect([without.elapsed(), closed.elapsed()]).toEqual([0, 0])
})
