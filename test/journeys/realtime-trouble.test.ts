/** Trouble on the Realtime wire: engines that break or hang, clients that are slow or talk nonsense. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { VoiceError } from '../../src/errors.ts'
import { replay } from '../../src/protocols/replay.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { openRealtime, type RealtimeClient, spokenClip } from '../support/realtime-client.ts'
import { startServer } from '../support/server.ts'
import { type Step, scriptedModel, toneVoice } from '../support/talking.ts'
import { startTalkingServer } from '../support/talking-server.ts'
import type { Received } from '../support/wire-client.ts'

const never = new Promise<never>(() => {})
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const start = async (
  parts: Parameters<typeof startTalkingServer>[0] = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<RealtimeClient> => {
  const server = await startTalkingServer(parts, environment)
  closing.push(() => server.close())
  const client = await openRealtime(server.socketUrl, { path: '/v1/realtime?model=fake/script' })
  closing.unshift(async () => client.socket.terminate())
  return client
}
const statusOf = (done: Received): { status: string; status_details: { error?: Received } | null; id: string } =>
  done.response as never
/** 24 kHz: loud, then silent. */
const speech = (loudMs: number, silentMs: number): Uint8Array =>
  samplesToPcm16(new Float32Array((loudMs + silentMs) * 24).fill(0.9, 0, loudMs * 24))

describe('a model or voice in trouble', () => {
  it('fails one reply with its reason and no error event, and the next is answered', async () => {
    const client = await start({
      model: scriptedModel(['Half a ', new VoiceError('overloaded', 'Try later.')], ['Whole.']),
    })
    const failed = statusOf(await client.ask('Hello?', { output_modalities: ['text'] }))
    expect(failed).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'rate_limit_exceeded', message: 'Try later.' } },
    })
    expect(statusOf(await client.ask('And now?')).status).toBe('completed')
    expect(client.types()).not.toContain('error')
  })

  it('ends a reply whose model hangs, by the time limit or by the client', async () => {
    const model = scriptedModel([never])
    const client = await start({ model }, { PARLEY_REALTIME_STALL_MS: '200' })
    expect(statusOf(await client.ask('Hello?')).status_details).toMatchObject({ error: { code: 'timeout' } })
    const after = client.received.length
    client.send({ type: 'response.create' })
    await client.next('response.created', after)
    client.send({ type: 'response.cancel' })
    expect(statusOf(await client.next('response.done', after)).status).toBe('cancelled')
  })

  it('fails a reply whose voice breaks in the middle, and what was said stays', async () => {
    const before = async (text: string): Promise<void> => {
      if (text.includes('second')) throw new VoiceError('provider_failed', 'The voice broke.')
    }
    const model = scriptedModel(['This is the first sentence. ', 'This is the second sentence.'])
    const client = await start({ model, voice: toneVoice({ before }) })
    const done = await client.ask('Hello?')
    expect(statusOf(done)).toMatchObject({
      status: 'failed',
      status_details: { error: { message: 'The voice broke.' } },
    })
    expect((await client.next('response.output_audio_transcript.done')).transcript).toMatch(/^This is the first/)
    const types = client.types()
    for (const part of ['output_item', 'content_part']) {
      expect(types.filter((type) => type === `response.${part}.done`)).toHaveLength(1)
    }
  })
})

describe('a client', () => {
  it('that talks nonsense is told so each time, and served on', async () => {
    const client = await start()
    client.socket.send('this is not JSON')
    client.socket.send(Buffer.from([0, 1, 2, 255]))
    client.send([1, 2, 3])
    client.send({ no: 'type' })
    client.send({ type: 'unheard.of', event_id: 'e5' })
    client.send({ type: 'input_audio_buffer.append', audio: '***' })
    client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'nobody' } })
    client.send({ type: 'session.update', session: { tools: 7 } })
    expect(statusOf(await client.ask('Hello?')).status).toBe('completed')
    const errors = client.received.filter(({ type }) => type === 'error').map(({ error }) => error as Received)
    expect(errors).toHaveLength(8)
    for (const error of errors)
      expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.stringMatching(/./) })
    expect(errors[4]).toMatchObject({ event_id: 'e5' })
  })

  it('that sends a long recording in one message is heard in order, and recorded in small messages', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'parley-record-'))
    const client = await start({}, { PARLEY_RECORD_DIR: dir })
    await client.configure({ audio: { input: { turn_detection: null, transcription: { model: 'x' } } } })
    const seconds = 40
    const audio = Buffer.from(samplesToPcm16(new Float32Array(seconds * 24_000).fill(0.9))).toString('base64')
    client.send({ type: 'input_audio_buffer.append', audio, event_id: 'long' })
    client.send({ type: 'input_audio_buffer.commit' })
    const heard = await client.next('conversation.item.input_audio_transcription.completed')
    expect(heard.usage).toMatchObject({ seconds: expect.closeTo(seconds, 0) })
    expect(client.types()).not.toContain('error')
    for (const close of closing.splice(0)) await close()
    const [name] = await readdir(dir)
    const lines = (await readFile(path.join(dir, name!), 'utf8')).trim().split('\n')
    const sent = lines.filter((line) => line.includes('input_audio_buffer.append'))
    expect(sent.length).toBeGreaterThan(30)
    expect(Math.max(...sent.map((line) => line.length))).toBeLessThan(100_000)
    expect(replay(lines).differences).toEqual([])
    await rm(dir, { recursive: true })
  })

  it('that sends much nonsense at once is told what one with little is told, and served on', async () => {
    const client = await start()
    const long = 'x'.repeat(2 * 1024 * 1024)
    const nonsense = [
      (text: string) => text,
      (text: string) => `["${text}"]`,
      (text: string) => Buffer.from(`\xff${text}`, 'latin1'),
    ]
    for (const form of nonsense) {
      client.socket.send(form(long))
      client.socket.send(form('x'))
    }
    client.send({ type: 'input_audio_buffer.append', audio: `?${long}`, event_id: 'e' })
    client.send({ type: 'input_audio_buffer.append', audio: '?', event_id: 'e' })
    expect(statusOf(await client.ask('Hello?')).status).toBe('completed')
    const errors = client.received.filter(({ type }) => type === 'error').map(({ error }) => error)
    expect(errors).toHaveLength(8)
    for (let at = 0; at < errors.length; at += 2) expect(errors[at]).toEqual(errors[at + 1])
  })

  it('that goes away while a large message is read leaves nothing behind', async () => {
    const server = await startTalkingServer()
    closing.push(() => server.close())
    const client = await openRealtime(server.socketUrl, { path: '/v1/realtime?model=fake/script' })
    await client.next('session.created')
    client.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(16 * 1024 * 1024) })
    while (client.socket.bufferedAmount > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    client.socket.close()
    await client.closed
    await closing.pop()!()
  })

  it('that sends more than 32 MiB at once is told why it is closed', async () => {
    const client = await start()
    client.socket.send(Buffer.alloc(33 * 1024 * 1024, 0x20))
    expect((await client.next('error')).error).toMatchObject({ code: 'too_large' })
    expect((await client.closed).code).toBe(1009)
  })

  it('that reads slowly delays the voice instead of filling the memory, and gets no late audio after it interrupts', async () => {
    const long: Step[] = Array.from({ length: 2000 }, () => 'A sentence that takes a while to say aloud. ')
    const voice = toneVoice()
    const client = await start({ model: scriptedModel(long, ['Fine.']), voice })
    await client.next('session.created')
    client.socket.pause()
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] }
    client.send({ type: 'conversation.item.create', item })
    client.send({ type: 'response.create' })
    let before = -1
    while (voice.calls.texts.length === 0 || voice.calls.texts.length !== before) {
      before = voice.calls.texts.length
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(voice.calls.texts.length).toBeLessThan(200)
    await client.speak(speech(600, 800))
    await new Promise((resolve) => setTimeout(resolve, 300))
    client.socket.resume()
    const done = await client.next('response.done')
    expect(statusOf(done)).toMatchObject({ status: 'cancelled' })
    const { id } = statusOf(done)
    const at = client.received.indexOf(done)
    expect(statusOf(await client.next('response.done', at + 1)).status).toBe('completed')
    expect(client.received.slice(at + 1).filter(({ response_id }) => response_id === id)).toEqual([])
    // What it gets is what had been sent, far less than what had been said.
    expect(client.audioOf(id).length / 24_000).toBeLessThan(120)
  })

  it('that goes away stops the model', async () => {
    const model = scriptedModel(['Well, ', never])
    const client = await start({ model })
    client.send({ type: 'response.create' })
    await client.next('response.created')
    client.socket.terminate()
    while (model.calls.ended === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(model.calls.ended).toBe(1)
  })
})

describe('a recognizer whose process is killed', () => {
  needs(pocketsphinx, recordings)

  it('in mid-turn loses no session: the turn is heard all the same, and the next one too', async () => {
    const server = await startServer({ PARLEY_PROVIDERS_POCKETSPHINX_PROCESSES: '1' })
    await server.ready
    closing.push(() => server.close())
    const client = await openRealtime(server.socketUrl)
    closing.unshift(async () => client.socket.terminate())
    await client.configure({ output_modalities: ['text'], audio: { input: { transcription: { model: 'x' } } } })
    const pcm = await spokenClip('goforward')
    await client.speak(pcm.subarray(0, pcm.length / 2))
    await client.next('input_audio_buffer.speech_started')
    const engine = await server.engines.registry.get('speechToText', 'pocketsphinx/en-us')
    const { pids } = engine as unknown as { readonly pids: readonly number[] }
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await client.speak(pcm.subarray(pcm.length / 2))
    const heard = await client.next('conversation.item.input_audio_transcription.completed')
    expect(String(heard.transcript)).not.toBe('')
    const first = await client.next('response.done')
    const after = client.received.indexOf(first) + 1
    await client.speak(pcm)
    expect(statusOf(await client.next('response.done', after)).status).toBe('completed')
  })
})
