import { describe, expect, it } from 'vitest'
import { findCredential, Keys } from './auth.ts'

const none = new URLSearchParams()
const keys = new Keys(['plain-key', 'id:secret', 'cGFkZGVkPT0='])
const check = (headers: Record<string, string>, query = none): string | undefined => {
  const credential = findCredential(headers, query)
  return credential && keys.check(credential)
}

describe('a known key', () => {
  it('is taken as Bearer, as Basic and as x-api-key-id, whatever the case of the scheme', () => {
    expect(check({ authorization: 'Bearer plain-key' })).toBe('key-1')
    expect(check({ authorization: 'bAsIc plain-key' })).toBe('key-1')
    expect(check({ 'x-api-key-id': 'plain-key' })).toBe('key-1')
  })

  it('is taken as the base64 of id:secret, and as a user name without a password', () => {
    expect(check({ authorization: `Basic ${Buffer.from('id:secret').toString('base64')}` })).toBe('key-2')
    expect(check({ authorization: `Basic ${Buffer.from('plain-key:').toString('base64')}` })).toBe('key-1')
  })

  it('is taken without its base64 padding', () => {
    expect(check({ authorization: 'Basic cGFkZGVkPT0' })).toBe('key-3')
  })

  it('is taken from the query by browsers, the name in any case', () => {
    expect(check({}, new URLSearchParams({ Authorization: 'Basic plain-key' }))).toBe('key-1')
    expect(check({}, new URLSearchParams({ 'x-api-key-id': 'plain-key' }))).toBe('key-1')
  })
})

describe('a key of a browser', () => {
  const offered = (...names: readonly string[]) => check({ 'sec-websocket-protocol': names.join(', ') })

  it('is taken from among the subprotocols, in each of its forms', () => {
    expect(offered('realtime', 'openai-insecure-api-key.plain-key', 'openai-beta.realtime-v1')).toBe('key-1')
    expect(offered('bearer_plain-key')).toBe('key-1')
    expect(offered('realtime', `basic_${Buffer.from('id:secret').toString('base64').replace(/=+$/, '')}`)).toBe('key-2')
    expect(offered('realtime')).toBeUndefined()
  })

  it('is looked for under better names before `key`, which may be the name of a session', () => {
    expect(check({}, new URLSearchParams('key=voice-17&token=plain-key'))).toBe('key-1')
    expect(check({}, new URLSearchParams('key=voice-17&Authorization=Basic%20plain-key'))).toBe('key-1')
    expect(check({ 'api-key': 'plain-key' }, new URLSearchParams('key=voice-17'))).toBe('key-1')
  })
})

it('prefers the header over the query', () => {
  expect(check({ authorization: 'Bearer wrong' }, new URLSearchParams({ key: 'plain-key' }))).toBeUndefined()
})

it('refuses an unknown key, an empty one, and a scheme without a credential', () => {
  expect(check({ authorization: 'Bearer nope' })).toBeUndefined()
  expect(check({ authorization: 'Bearer ' })).toBeUndefined()
  expect(check({ authorization: '' })).toBeUndefined()
  expect(check({ 'x-api-key-id': '' })).toBeUndefined()
})
