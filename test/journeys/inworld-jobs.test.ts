import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JobDocument, Operation } from '../../src/protocols/inworld-stt/jobs.ts'
import { clip, clips } from '../support/clips.ts'
import { needs, pocketsphinx, recordings } from '../support/needs.ts'
import { startServer, testKey } from '../support/server.ts'
import { wordErrorRate } from '../support/words.ts'

const otherKey = 'b3RoZXI6a2V5'
const modelId = 'groq/whisper-large-v3'
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer({ PARLEY_API_KEYS: `${testKey},${otherKey}`, PARLEY_JOBS_RUNNING: '2' })
})
afterAll(() => server.close())

const headers = (key = testKey): Record<string, string> => ({ authorization: `Basic ${key}` })
const post = (body: FormData | string, key?: string, base = server.url): Promise<Response> =>
  fetch(`${base}/stt/v1/transcribe:async`, { method: 'POST', body, headers: headers(key) })
const poll = (name: string, key?: string): Promise<Response> =>
  fetch(`${server.url}/prefix/lro/v1alpha/${name}`, { headers: headers(key) })
const operationOf = async (answer: Response): Promise<Operation> => {
  expect(answer.status).toBe(200)
  return (await answer.json()) as Operation
}
const ended = (name: string): Promise<Operation> =>
  vi.waitFor(
    async () => {
      const operation = await operationOf(await poll(name))
      expect(operation.done).toBe(true)
      return operation
    },
    { timeout: 110_000, interval: 100 },
  )

describe('asynchronous transcription with the real recognizer', () => {
  needs(pocketsphinx, recordings)
  const audio = (): Promise<Buffer> => readFile(clip('goforward').file)
  const { text } = clips().find(({ name }) => name === 'goforward') ?? { text: '' }

  it('takes a recording as base64 or as a file, and gives the words with times, speakers and voices', async () => {
    const wish = { enableSpeakerDiarization: true, voiceProfileConfig: { enableVoiceProfile: true, topN: 2 } }
    const form = new FormData()
    form.append('file', new Blob([await audio()]), 'speech.raw')
    form.append('transcribeConfig', new Blob([JSON.stringify({ modelId, ...wish })], { type: 'application/json' }))
    const inline = { transcribeConfig: { modelId }, audioData: { content: (await audio()).toString('base64') } }
    const [plain, rich] = await Promise.all(
      [JSON.stringify(inline), form].map(async (body): Promise<JobDocument> => {
        const { name, done } = await operationOf(await post(body))
        expect(done).toBe(false)
        const { response, ...rest } = await ended(name)
        expect(rest).toEqual({ name, done: true })
        expect(Date.parse(response!.expireTime)).toBeGreaterThan(Date.now())
        expect(response!.resultUri).toContain(`${server.url}/prefix/`)
        return (await (await fetch(response!.resultUri)).json()) as JobDocument
      }),
    )
    expect(wordErrorRate(text, plain!.transcript)).toBeLessThan(0.35)
    expect(plain).not.toHaveProperty('voiceProfile')
    expect(plain!.usage).toMatchObject({ modelId })
    expect(plain!.segments.map((segment) => segment.transcript).join(' ')).toBe(plain!.transcript)
    expect(rich!.transcript).toBe(plain!.transcript)
    expect(rich!.segments[0]).toMatchObject({ startTimeMs: expect.stringMatching(/^\d+$/), speaker: 0 })
    expect(rich!.voiceProfile!.pitch.length).toBeGreaterThan(0)
    expect(rich!.segments[0]!.voiceProfile!.pitch.length).toBeGreaterThan(0)
  })

  it('tells in the operation why a recording could not be read, and nothing beside', async () => {
    const body = {
      transcribeConfig: { modelId },
      audioData: { content: Buffer.from('RIFF\0\0\0\0WAVE not really').toString('base64') },
    }
    const { name } = await operationOf(await post(JSON.stringify(body)))
    const operation = await ended(name)
    expect(operation.error).toMatchObject({ code: 3, details: [] })
    expect(operation).not.toHaveProperty('response')
  })

  it('shows an operation to the key that asked for it alone', async () => {
    const body = { transcribeConfig: { modelId }, audioData: { content: 'AAAA' } }
    const { name } = await operationOf(await post(JSON.stringify(body)))
    const theirs = await poll(name, otherKey)
    expect([theirs.status, await theirs.json()]).toMatchObject([404, { code: 5 }])
    expect((await fetch(`${server.url}/lro/v1alpha/${name}`)).status).toBe(401)
  })
})

describe('a job is refused when it is asked for', () => {
  const inline = (config: object): string =>
    JSON.stringify({ transcribeConfig: config, audioData: { content: 'AAAA' } })

  it.each([
    ['for a model that is not known', inline({ modelId: 'a/b' }), 'No STT client found for model: a/b'],
    ['for an encoding nobody knows', inline({ modelId, audioEncoding: 'TAPE' }), 'audioEncoding'],
    ['without settings', '{"audioData":{"content":"AAAA"}}', 'transcribeConfig'],
    [
      'with an address, as long as no setting allows it',
      JSON.stringify({ transcribeConfig: { modelId }, audioUri: 'https://example.com/a.wav' }),
      'jobs.fetchAudio',
    ],
  ])('%s', async (_, body, says) => {
    const answer = await post(body)
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 3, message: expect.stringContaining(says) },
    ])
  })

  it('with an address on this machine, though addresses are allowed', async () => {
    const open = await startServer({ PARLEY_JOBS_FETCH_AUDIO: 'true' })
    for (const audioUri of ['https://127.0.0.1/a.wav', 'https://[::1]/a.wav', 'http://example.com/a.wav']) {
      const answer = await post(JSON.stringify({ transcribeConfig: { modelId }, audioUri }), testKey, open.url)
      expect([audioUri, answer.status]).toEqual([audioUri, 400])
    }
    await open.close()
  })

  it('beyond what a key may have, and what there is memory for', async () => {
    const small = await startServer({ PARLEY_JOBS_PER_KEY: '1', PARLEY_JOBS_MEMORY_BYTES: '1024' })
    const large = JSON.stringify({ transcribeConfig: { modelId }, audioData: { content: 'AAAA'.repeat(1000) } })
    const statuses = [large, inline({ modelId }), inline({ modelId })].map(
      (body) => () => post(body, testKey, small.url),
    )
    const answered: number[] = []
    for (const ask of statuses) answered.push((await ask()).status)
    expect(answered).toEqual([429, 200, 429])
    await small.close()
  })

  it('and a result that is not there is not found', async () => {
    expect((await fetch(`${server.url}/stt/v1/results/nothing`)).status).toBe(404)
  })
})
