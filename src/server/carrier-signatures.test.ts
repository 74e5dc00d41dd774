import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isFromPlivo, isFromTelnyx, isFromTwilio, type SignedRequest } from './carrier-signatures.ts'

const request = (more: Partial<SignedRequest> = {}): SignedRequest => ({
  method: 'GET',
  url: 'https://voice.example.com/telephony/twilio/answer',
  headers: {},
  body: '',
  ...more,
})

describe('Twilio', () => {
  // The example of Twilio's page on the security of webhooks.
  const body = new URLSearchParams({
    To: '+18005551212',
    Digits: '1234',
    From: '+14158675309',
    Caller: '+14158675309',
    CallSid: 'CA1234567890ABCDE',
  }).toString()
  const documented = request({
    method: 'POST',
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
    body,
  })

  it('is known by its signature over the address and the fields', () => {
    expect(isFromTwilio(documented, '12345')).toBe(true)
  })

  it('is not believed with another token, address or field, nor without a signature', () => {
    expect(isFromTwilio(documented, '12346')).toBe(false)
    expect(isFromTwilio({ ...documented, url: 'https://mycompany.com/myapp.php?foo=1&bar=3' }, '12345')).toBe(false)
    expect(isFromTwilio({ ...documented, body: `${body}&More=1` }, '12345')).toBe(false)
    expect(isFromTwilio({ ...documented, headers: {} }, '12345')).toBe(false)
  })

  it.each([
    'wss://h.example/telephony/twilio',
    'wss://h.example/telephony/twilio/',
    'wss://h.example:443/telephony/twilio',
  ])('may have signed the address of the socket as %s', (signed) => {
    const signature = createHmac('sha1', 'token').update(signed).digest('base64')
    const socket = request({ url: 'wss://h.example/telephony/twilio', headers: { 'x-twilio-signature': signature } })
    expect(isFromTwilio(socket, 'token')).toBe(true)
    expect(isFromTwilio({ ...socket, url: 'ws://h.example/telephony/twilio' }, 'token')).toBe(false)
  })
})

describe('Plivo', () => {
  const signed = (text: string): string => createHmac('sha256', 'token').update(text).digest('base64')
  const headers = (signature: string) => ({
    'x-plivo-signature-v3': `other,${signature}`,
    'x-plivo-signature-v3-nonce': '42',
  })

  it('is known by its signature over address, query, fields and nonce', () => {
    const url = 'https://h.example/answer'
    expect(isFromPlivo(request({ url, headers: headers(signed(`${url}.42`)) }), 'token')).toBe(true)
    const query = `${url}?b=2&a=1`
    expect(isFromPlivo(request({ url: query, headers: headers(signed(`${url}?a=1&b=2.42`)) }), 'token')).toBe(true)
    const posted = { method: 'POST', body: 'To=2&From=1' } as const
    expect(isFromPlivo(request({ url, ...posted, headers: headers(signed(`${url}?From1To2.42`)) }), 'token')).toBe(true)
    const both = headers(signed(`${url}?a=1&b=2.From1To2.42`))
    expect(isFromPlivo(request({ url: query, ...posted, headers: both }), 'token')).toBe(true)
  })

  it('is not believed with another nonce or without a signature', () => {
    const url = 'https://h.example/answer'
    expect(isFromPlivo(request({ url, headers: headers(signed(`${url}.43`)) }), 'token')).toBe(false)
    expect(isFromPlivo(request({ url }), 'token')).toBe(false)
  })
})

describe('Telnyx', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')
  const at = 1_700_000_000_000
  const headers = (body: string, seconds = at / 1000) => ({
    'telnyx-timestamp': String(seconds),
    'telnyx-signature-ed25519': sign(null, Buffer.from(`${seconds}|${body}`), privateKey).toString('base64'),
  })

  it('is known by its signature over the time and the body', () => {
    const body = 'CallControlId=v3'
    expect(isFromTelnyx(request({ method: 'POST', body, headers: headers(body) }), key, at + 60_000)).toBe(true)
  })

  it('is not believed for another body, too late, without a signature, or with a key that is none', () => {
    const sent = request({ method: 'POST', body: 'a', headers: headers('a') })
    expect(isFromTelnyx({ ...sent, body: 'b' }, key, at)).toBe(false)
    expect(isFromTelnyx(sent, key, at + 301_000)).toBe(false)
    expect(isFromTelnyx({ ...sent, headers: {} }, key, at)).toBe(false)
    expect(isFromTelnyx(sent, 'no key', at)).toBe(false)
  })
})
