import { expect, it } from 'vitest'
import { Limits } from './limits.ts'

it('gives each key its own places and takes them back once', () => {
  const limits = new Limits({ sessionsPerKey: 2, requestsPerSecondPerKey: 10 })
  const first = limits.openSession('a')
  limits.openSession('a')
  expect(limits.openSession('a')).toBeUndefined()
  expect(limits.openSession('b')).toBeDefined()
  first?.()
  first?.()
  expect(limits.openSession('a')).toBeDefined()
  expect(limits.openSession('a')).toBeUndefined()
  expect(limits.sessions).toBe(3)
})

it('lets a burst of one second through and then the steady rate', () => {
  const limits = new Limits({ sessionsPerKey: 1, requestsPerSecondPerKey: 3 })
  const takes = (at: number): boolean => limits.takeRequest('a', at)
  expect([takes(0), takes(0), takes(0), takes(0)]).toEqual([true, true, true, false])
  expect(takes(334)).toBe(true)
  expect(takes(335)).toBe(false)
  expect(limits.takeRequest('b', 335)).toBe(true)
})
