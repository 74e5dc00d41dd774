import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Resampler } from '../../src/audio/resample.ts'
import { lineRate, startCall } from '../support/carrier-client.ts'
import { clip, readClip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { scriptedModel } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'

const authToken = 'twilio-auth-token'
const telephone = {
  PARLEY_TELEPHONY_CARRIERS: 'twilio,telnyx,plivo,exotel',
  PARLEY_TELEPHONY_TWILIO_AUTH_TOKEN: authToken,
}
const signed = (url: string, fields = ''): Record<string, string> => ({
  'x-twilio-signature': createHmac('sha1', authToken).update(`${url}${fields}`).digest('base64'),
})

/** A recording as it sounds on the telephone. */
const onTheLine = async (name: string): Promise<Float32Array> => {
  const { samples, sampleRate } = await readClip(clip(name))
  const resampler = new Resampler(sampleRate, lineRate)
  return Float32Array.from([...resampler.push(samples), ...resampler.flush()])
}

describe('a call with the real engines', () => {
  needs(pocketsphinx, recordings)

  it('greets; who speaks into that is heard, what was still to be said is cleared, and an answer comes', async () => {
    // Longer than a busy machine takes to notice that somebody speaks.
    const greeting = 'Welcome to this telephone line, which has a great deal to tell you before it listens. '.repeat(5)
    const server = await startServer({ ...telephone, PARLEY_TELEPHONY_GREETING: greeting })
    await server.ready
    const url = `${server.socketUrl}/telephony/twilio`
    const caller = await startCall(url, { headers: signed(url) })
    await caller.hears(400)
    const cleared = caller.until(({ event }) => event === 'clear')
    await caller.say(await onTheLine('goforward'))
    await cleared
    await caller.hears(400)
    expect(caller.received.some(({ event }) => event === 'mark')).toBe(true)
    caller.hangUp()
    expect((await caller.closed).code).toBe(1000)
    await server.close()
  })
})

describe('a call', () => {
  const model = scriptedModel([
    { type: 'tool-call', callId: 'c1', name: 'hang_up', arguments: '{}' },
    { type: 'finish', reason: 'tool-calls' },
  ])
  let server: Awaited<ReturnType<typeof startTalkingServer>>
  let twilio: string
  beforeAll(async () => {
    server = await startTalkingServer({ model }, { ...telephone, PARLEY_TELEPHONY_INSTRUCTIONS: 'Be kind.' })
    twilio = `${server.socketUrl}/telephony/twilio`
  })
  afterAll(() => server.close())

  it('answers keys that are pressed, with what the operator says about the call; the model may hang up', async () => {
    const parameters = { instructions: 'Ask for the number.', customer: '17' }
    const caller = await startCall(twilio, { headers: signed(twilio), parameters })
    for (const digit of '42#') caller.press(digit)
    expect((await caller.closed).code).toBe(1000)
    const { messages, options } = model.calls.requests[0]!
    expect(JSON.stringify(messages)).toContain('Ask for the number.')
    expect(JSON.stringify(messages)).toContain('42#')
    expect(options.tools?.map(({ name }) => name)).toEqual(['hang_up'])
    expect(options.metadata).toMatchObject({ customer: '17', call_id: 'CA01' })
  })

  it.each([
    ['without a signature', {}],
    ['with that of another address', signed('wss://elsewhere.example/telephony/twilio')],
    ['with a wrong key', { authorization: 'Basic bm8=' }],
  ])('is refused %s', async (_, headers) => {
    await expect(startCall(twilio, { headers: headers as Record<string, string> })).rejects.toMatchObject({
      status: 401,
    })
  })

  it('is refused where the carrier is not switched on', async () => {
    const none = await startTalkingServer()
    const url = `${none.socketUrl}/telephony/twilio`
    await expect(startCall(url, { headers: { authorization: `Basic ${testKey}` } })).rejects.toMatchObject({
      status: 404,
    })
    expect((await fetch(`${none.url}/telephony/twilio/answer`)).status).toBe(404)
    await none.close()
  })

  it('is connected by an answer that is signed, or asked for with a key', async () => {
    const url = `${server.url}/telephony/twilio/answer?voice=rms`
    const body = new URLSearchParams({ From: '+1', CallSid: 'CA1' })
    const ask = (headers: Record<string, string>) => fetch(url, { method: 'POST', body, headers })
    const answer = await ask(signed(url, 'CallSidCA1From+1'))
    expect(answer.headers.get('content-type')).toContain('text/xml')
    expect(await answer.text()).toContain(
      `<Connect><Stream url="${twilio}"><Parameter name="voice" value="rms"/></Stream></Connect>`,
    )
    expect((await ask(signed(url))).status).toBe(401)
    expect((await ask({ authorization: `Basic ${testKey}` })).status).toBe(200)
  })

  it.each(['telnyx', 'plivo', 'exotel'])('of %s is let in once by the address that it was given', async (carrier) => {
    const answer = await fetch(`${server.url}/telephony/${carrier}/answer?key=${encodeURIComponent(testKey)}`)
    const text = (await answer.text()).replaceAll('&amp;', '&')
    const url = /wss?:[^"<]*/.exec(text)?.[0] ?? ''
    expect(url).toMatch(new RegExp(`^${server.socketUrl}/telephony/${carrier}\\?.*token=ot_`))
    const caller = await startCall(url)
    caller.socket.close()
    await caller.closed
    await expect(startCall(url)).rejects.toMatchObject({ status: 401 })
  })
})
