/** The official clients of OpenAI's Realtime API, each in a whole conversation: recognizer, embedded agent and voice are real. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pcm16ToSamples } from '../../src/audio/pcm.ts'
import { replay } from '../../src/protocols/replay.ts'
import { openAgents, readAgents } from '../support/agents-client.ts'
import { clip } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import {
  type ClientTool,
  nextEvent,
  type OfficialClient,
  type OpenOptions,
  speakTo,
} from '../support/official-client.ts'
import { openOpenai } from '../support/openai-client.ts'
import { playBack, saidIn } from '../support/playback.ts'
import { realtimeRate, spokenClip } from '../support/realtime-client.ts'
import { startServer, testKey } from '../support/server.ts'
import type { Received } from '../support/wire-client.ts'
import { wordErrorRate } from '../support/words.ts'

/** “Go forward ten meters”, said by a man into a microphone. */
const spoken = 'goforward'
/** Whether a turn is over is another question for each client: these wait long enough for both. */
const silenceMs = 4000
const silence = new Uint8Array((realtimeRate * 2 * silenceMs) / 1000)

const clients = [
  { name: 'openai', open: openOpenai, environment: { PARLEY_TLS_SELF_SIGNED: 'true' } },
  { name: '@openai/agents-realtime', open: openAgents, environment: {} },
]

interface Response {
  readonly id: string
  readonly status: string
  readonly status_details: unknown
  readonly output: readonly { readonly id: string; readonly content: readonly { readonly transcript: string }[] }[]
}
const belongsTo = (id: string) => (event: Received) =>
  event.response_id === id || (event.response as Received | undefined)?.id === id
const transcriptOf = ({ output }: Response): string => output[0]!.content[0]!.transcript
const dir = mkdtempSync(join(tmpdir(), 'parley-clients-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe.each(clients)('$name', ({ open, environment }) => {
  needs(pocketsphinx, recordings)
  let server: Awaited<ReturnType<typeof startServer>>
  let client: OfficialClient
  beforeAll(async () => {
    server = await startServer({ ...environment, PARLEY_RECORD_DIR: dir })
    await server.ready
  })
  afterAll(() => server.close())
  afterEach(() => client?.close())
  const connect = async (options: Pick<OpenOptions, 'instructions' | 'tools'> = {}): Promise<void> => {
    const caFile = server.tls?.caFile
    const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }
    client = await open({ socketUrl: server.socketUrl, ...ca, key: testKey, ...options })
  }
  const answer = async (after = 0): Promise<{ readonly response: Response; readonly end: number }> => {
    const done = await nextEvent(client, 'response.done', after)
    return { response: done.response as Response, end: client.events.indexOf(done) + 1 }
  }
  /** An answer that was heard: as long as its words take, and not silent. */
  const expectHeard = (response: Response): void => {
    expect(response.status).toBe('completed')
    const samples = pcm16ToSamples(client.audioOf(response.id))
    expect(samples.length / realtimeRate).toBeGreaterThan(transcriptOf(response).length / 40)
    expect(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)).toBeGreaterThan(0.05)
  }

  it('is spoken to, and its user hears the answer and reads what both said', async () => {
    await connect()
    await speakTo(client, await spokenClip(spoken, silenceMs))
    const { response } = await answer()
    expectHeard(response)
    const [user, assistant, ...more] = client.captions()
    expect(user!.role).toBe('user')
    expect(wordErrorRate(clip(spoken).text, user!.text)).toBeLessThan(0.6)
    expect(assistant).toEqual({ role: 'assistant', text: transcriptOf(response) })
    expect(more).toEqual([])
    expect(client.troubles).toEqual([])
  })

  it('runs the tool that was spoken of, once, and its result is heard', async () => {
    const inputs: unknown[] = []
    const go: ClientTool = {
      name: 'go_forward',
      description: 'Drives forward.',
      parameters: {
        type: 'object',
        properties: { meters: { type: 'number' } },
        required: ['meters'],
        additionalProperties: false,
      },
      run: (input) => {
        inputs.push(input)
        return JSON.stringify({ position: 'at the gate' })
      },
    }
    await connect({ tools: [go] })
    await speakTo(client, await spokenClip(spoken, silenceMs))
    const call = await answer()
    expect(call.response.output).toMatchObject([{ type: 'function_call', name: 'go_forward', status: 'completed' }])
    const { response } = await answer(call.end)
    expect(inputs).toEqual([{ meters: 10 }])
    expect(transcriptOf(response)).toMatch(/at the gate/)
    expectHeard(response)
    expect(client.troubles).toEqual([])
  })

  it('is interrupted by voice: the rest of the answer never comes, it keeps what was heard, and the new turn is answered', async () => {
    await connect()
    client.write('Tell me a story of two thousand words.')
    await nextEvent(client, 'response.output_audio.delta')
    await speakTo(client, await spokenClip(spoken, 0), { paced: true })
    await speakTo(client, silence)
    const { response: cut, end } = await answer()
    expect(cut).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } })
    const story = cut.output[0]!
    const truncated = await nextEvent(client, 'conversation.item.truncated', end)
    expect(truncated).toMatchObject({ item_id: story.id, content_index: 0 })
    const { response } = await answer(end)
    expectHeard(response)
    expect(client.events.slice(end).filter(belongsTo(cut.id))).toEqual([])
    // Some of what had been made was not heard, and is not part of the conversation.
    expect(Number(truncated.audio_end_ms)).toBeGreaterThan(0)
    expect(Number(truncated.audio_end_ms)).toBeLessThan(client.audioOf(cut.id).length / (realtimeRate / 500))
    const heard = client.captions().find(({ role, text }) => role === 'assistant' && text !== transcriptOf(response))!
    expect(heard.text.length).toBeLessThan(transcriptOf(cut).length)
    expect(transcriptOf(cut).startsWith(heard.text)).toBe(true)
    expect(client.troubles).toEqual([])
  })
})

describe('all that was said above', () => {
  needs(pocketsphinx, recordings)

  it('comes again from its recordings, and what was said to one client is understood by the stricter one', async () => {
    const sessions = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8').split('\n'))
    expect(sessions).toHaveLength(6)
    for (const lines of sessions) {
      const said = saidIn(lines)
      expect(replay(lines).differences).toEqual([])
      const server = await playBack(said)
      const kept = await readAgents({ socketUrl: server.socketUrl, key: testKey })
      await server.close()
      expect(kept.troubles).toEqual([])
      expect(kept.events).toEqual(said)
    }
  })
})
