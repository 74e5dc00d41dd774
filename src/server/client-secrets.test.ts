import { expect, it } from 'vitest'
import { ClientSecrets } from './client-secrets.ts'

const pinned = { dialect: 'openai', transcriptionOnly: false, ttlSeconds: 600, model: 'm', session: {} } as const
const secret = { key: 'key-1', pinned }

it('finds a secret as often as it is asked for, until it expires', () => {
  const secrets = new ClientSecrets()
  const value = secrets.mint(secret, 2000, 1000)
  expect(value).toMatch(/^ek_[\w-]{20,}$/)
  expect(secrets.find(value, 1500)).toMatchObject(secret)
  expect(secrets.find(value, 1999)).toMatchObject(secret)
  expect(secrets.find(value, 2000)).toBeUndefined()
})

it('knows no other secret, and mints each only once', () => {
  const secrets = new ClientSecrets()
  const first = secrets.mint(secret, 2000, 1000)
  expect(secrets.mint(secret, 2000, 1000)).not.toBe(first)
  expect(secrets.find(`${first}x`, 1500)).toBeUndefined()
  expect(secrets.find('plain', 1500)).toBeUndefined()
})
