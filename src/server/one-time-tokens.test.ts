import { expect, it } from 'vitest'
import { OneTimeTokens } from './one-time-tokens.ts'

const token = (key = 'key-1', singleUse = true) => ({ key, singleUse, expiresAt: 2000 })

it('opens doors for its key until it is spent or has expired', () => {
  const tokens = new OneTimeTokens()
  const value = tokens.mint(token(), 1000)
  expect(value).toMatch(/^ot_[\w-]{20,}$/)
  expect(tokens.find(value, 1999)).toBe('key-1')
  expect(tokens.find(value, 2000)).toBeUndefined()
  expect(tokens.find(`${value}x`, 1500)).toBeUndefined()
  tokens.spend(value)
  expect(tokens.find(value, 1500)).toBeUndefined()
})

it('serves again and again where it is not for one use', () => {
  const tokens = new OneTimeTokens()
  const value = tokens.mint(token('key-1', false), 1000)
  tokens.spend(value)
  expect(tokens.find(value, 1500)).toBe('key-1')
})

it('is minted at most 60 times in a minute for each key', () => {
  const tokens = new OneTimeTokens()
  const mint = (key: string, at: number) => tokens.mint(token(key), at)
  for (let count = 0; count < 60; count += 1) mint('key-1', 1000 + count)
  expect(() => mint('key-1', 60_999)).toThrow(expect.objectContaining({ code: 'overloaded' }))
  expect(mint('key-2', 60_999)).toBeTruthy()
  expect(mint('key-1', 61_000)).toBeTruthy()
  expect(() => mint('key-1', 61_000)).toThrow()
})
