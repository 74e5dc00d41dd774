import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplesToPcm16 } from '../../src/audio/pcm.ts'
import { clip, readClip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { openClient, type Received, type WireClient } from '../support/wire-client.ts'
import { wordErrorRate } from '../support/words.ts'

const speech = async (name: string): Promise<Uint8Array> => samplesToPcm16((await readClip(clip(name))).samples)
const manual = { transcribeConfig: { modelId: 'inworld/inworld-stt-1', inworldSttV1Config: { vadThreshold: 0 } } }
const sendAudio = (client: WireClient, audio: Uint8Array): void => {
  for (let start = 0; start < audio.length; start += 3200) {
    client.send({ audioChunk: { content: Buffer.from(audio.subarray(start, start + 3200)).toString('base64') } })
  }
}
const transcription = (message: Received): Received =>
  ((message.result as Received | undefined)?.transcription ?? {}) as Received
const isFinal = (message: Received): boolean => transcription(message).isFinal === true
const isInterim = (message: Received): boolean => transcription(message).isFinal === false
const textOf = (message: Received): string => String(transcription(message).transcript)
const name = 'librivox-0870'

describe('a recognizer with room for one speaker', () => {
  needs(pocketsphinx, recordings)
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer({
      PARLEY_PROVIDERS_POCKETSPHINX_PROCESSES: '1',
      PARLEY_PROVIDERS_POCKETSPHINX_MAX_PROCESSES: '1',
      PARLEY_PROVIDERS_POCKETSPHINX_DECODERS_PER_PROCESS: '1',
    })
    await server.ready
  })
  afterAll(() => server.close())
  const open = (): Promise<WireClient> =>
    openClient(`${server.socketUrl}/stt/v1/transcribe:streamBidirectional`, {
      headers: { authorization: `Basic ${testKey}` },
    })
  /** The server sees that a speaker is gone a moment after the client does. */
  const openSoon = async (): Promise<WireClient> => {
    for (let tries = 0; ; tries++) {
      try {
        return await open()
      } catch (error) {
        if (tries === 200) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  it('lets a second speaker wait and refuses a third session, and loses no final', async () => {
    const [first, second] = [await openSoon(), await openSoon()]
    first.send(manual)
    second.send(manual)
    sendAudio(first, await speech(name))
    await first.until(isInterim)
    sendAudio(second, await speech(name))
    second.send({ endTurn: {} })
    await expect(open()).rejects.toMatchObject({ status: 429 })
    first.send({ endTurn: {} })
    for (const client of [first, second]) {
      expect(wordErrorRate(clip(name).text, textOf(await client.until(isFinal)))).toBeLessThan(0.5)
    }
    for (const client of [first, second, await openSoon()]) {
      client.send({ closeStream: {} })
      expect((await client.closed).code).toBe(1000)
    }
  })

  it('goes on after kill -9 of its process in mid-utterance: the final still comes, complete', async () => {
    const client = await openSoon()
    client.send(manual)
    const audio = await speech(name)
    sendAudio(client, audio.subarray(0, audio.length / 2))
    await client.until(isInterim)
    const engine = await server.engines.registry.get('speechToText', 'pocketsphinx/en-us')
    const { pids } = engine as unknown as { readonly pids: readonly number[] }
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    sendAudio(client, audio.subarray(audio.length / 2))
    client.send({ endTurn: {} })
    expect(wordErrorRate(clip(name).text, textOf(await client.until(isFinal)))).toBeLessThan(0.5)
    client.send({ closeStream: {} })
    await client.closed
  })

  it('serves on after a client vanishes in mid-utterance', async () => {
    const client = await openSoon()
    client.send(manual)
    sendAudio(client, await speech(name))
    await client.until(isInterim)
    client.socket.terminate()
    await client.closed
    const next = await openSoon()
    next.send(manual)
    sendAudio(next, await speech('librivox-0930'))
    next.send({ endTurn: {} })
    expect(textOf(await next.until(isFinal))).not.toBe('')
    next.socket.terminate()
  })
})
