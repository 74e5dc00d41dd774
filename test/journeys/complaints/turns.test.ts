/** What users of voice agents complain of most, tried on a whole server over real sockets: who speaks when. */
import { describe, expect, it } from 'vitest'
import { type RealtimeClient, realtimeRate } from '../../support/realtime-client.ts'
import { scriptedTalk, sound } from '../../support/scripted-talk.ts'
import type { Received } from '../../support/wire-client.ts'

const { open, says, hears, listened, given } = scriptedTalk()
const inworld = '/api/v1/realtime/session?key=k&protocol=realtime'
const statusOf = (done: Received): string => (done.response as { readonly status: string }).status
const startsOf = (client: RealtimeClient): number =>
  client.types().filter((type) => type === 'input_audio_buffer.speech_started').length
/** A client that hears an answer whose end the model still holds back. */
const answered = async (providerData: object = {}) => {
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  says(['This is an answer that goes on for some time, as some answers do. ', held, 'This is its end.'], ['Yes?'])
  const client = await open({ path: inworld })
  await client.configure({ model: 'fake/script', providerData })
  client.send({ type: 'response.create' })
  const { response } = (await client.next('response.created')) as { readonly response: Received }
  // What the user says next is said while this is heard.
  await client.until(() => client.audioOf(String(response.id)).length > 3 * realtimeRate)
  return { client, release }
}

describe('A: interruptions that are none, and answers that are lost', () => {
  it('a cough does not kill the reply', async () => {
    const { client, release } = await answered()
    await client.speak(sound(150, 1000))
    await listened(client)
    release()
    expect(statusOf(await client.next('response.done'))).toBe('completed')
    expect(startsOf(client)).toBe(0)
    await client.ask('Go on.')
    expect(given().map(({ role }) => role)).toEqual(['assistant', 'user'])
  })

  it.each(['mhm', 'uh-huh', 'yeah okay', '...'])('“%s” does not kill the reply', async (text) => {
    hears(text)
    const { client, release } = await answered({ interruption: { min_words: 1 } })
    await client.speak(sound(500, 1000))
    await listened(client)
    release()
    expect(statusOf(await client.next('response.done'))).toBe('completed')
    expect(startsOf(client)).toBe(0)
  })

  it('words do, and they are answered', async () => {
    hears('no wait')
    const { client } = await answered({ interruption: { min_words: 1 } })
    await client.speak(sound(900, 1500))
    const cut = await client.next('response.done')
    expect(statusOf(cut)).toBe('cancelled')
    expect(statusOf(await client.next('response.done', client.received.indexOf(cut) + 1))).toBe('completed')
    expect(startsOf(client)).toBe(1)
    expect(given().at(-1)).toMatchObject({ role: 'user', parts: [{ text: 'No wait' }] })
  })

  it('who goes on after a pause is not talked over, and is answered once, as a whole', async () => {
    says([new Promise(() => {})], ['I see.'])
    const client = await open()
    await client.speak(sound(600, 700))
    await client.next('response.created')
    await client.speak(sound(600, 1200))
    const first = await client.next('response.done')
    expect(statusOf(first)).toBe('cancelled')
    const second = await client.next('response.done', client.received.indexOf(first) + 1)
    expect(statusOf(second)).toBe('completed')
    expect(given().map(({ role }) => role)).toEqual(['user', 'user'])
  })
})

describe('B: turns that end too soon', () => {
  const committed = (client: RealtimeClient, after = 0): number =>
    client.types(after).filter((type) => type === 'input_audio_buffer.committed').length

  it('a phone number said slowly is one turn, and a whole question with the same pause is two', async () => {
    const client = await open()
    const turn_detection = { type: 'semantic_vad', create_response: false }
    await client.configure({ audio: { input: { turn_detection, transcription: { model: 'x' } } } })
    hears('my phone number is four one five')
    await client.speak(sound(1000, 1200, 1000, 4500))
    await client.next('conversation.item.input_audio_transcription.completed')
    await client.ask('Hello?')
    expect(committed(client)).toBe(1)
    const after = client.received.length
    hears('what is the weather like tomorrow')
    await client.speak(sound(1000, 1200, 1000, 4500))
    const first = await client.next('input_audio_buffer.committed', after)
    await client.next('input_audio_buffer.committed', client.received.indexOf(first) + 1)
  })

  it('the silence that ends a turn can be changed during the call', async () => {
    const client = await open()
    const silence = (silence_duration_ms: number) => {
      const turn_detection = { type: 'server_vad', silence_duration_ms, create_response: false }
      return client.configure({ audio: { input: { turn_detection } } })
    }
    await silence(250)
    await client.speak(sound(600, 500, 600, 600))
    const first = await client.next('input_audio_buffer.committed')
    await client.next('input_audio_buffer.committed', client.received.indexOf(first) + 1)
    await silence(1000)
    const after = client.received.length
    await client.speak(sound(600, 500, 600, 1300))
    await client.next('input_audio_buffer.committed', after)
    await client.ask('Hello?')
    expect(committed(client, after)).toBe(1)
  })
})
