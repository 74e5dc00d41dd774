import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { final, profiled, wordsOf } from '../../../test/support/heard.ts'
import { VoiceError } from '../../errors.ts'
import { gather } from '../hearing.ts'
import { jobDocument, operationBody, operationId, readJob, readJobForm } from './jobs.ts'

const modelId = 'inworld/inworld-stt-1'
const config = { modelId }
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const failure = (read: () => unknown): VoiceError => {
  try {
    read()
  } catch (error) {
    if (error instanceof VoiceError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a job is asked for', () => {
  it('with the audio inside, or with its address, in either casing', () => {
    const inline = readJob(JSON.stringify({ transcribe_config: config, audio_data: { content: 'AAAA' } }))
    expect('audio' in inline && [...inline.audio]).toEqual([0, 0, 0])
    expect(inline.config.start.format.encoding).toBe('auto')
    const behind = readJob(JSON.stringify({ transcribeConfig: config, audio_uri: 'https://example.com/a.mp3' }))
    expect(behind).toMatchObject({ audioUri: 'https://example.com/a.mp3' })
  })

  it('with a form, whichever part comes first, and whether or not the settings are sent as a file', () => {
    const settings = JSON.stringify(config)
    const asField = { fields: [['transcribeConfig', settings]] as const, files: [{ field: 'file' }] }
    const asFile = { fields: [], files: [{ field: 'file' }, { field: 'transcribe_config' }] }
    const file = bytes('RIFF')
    for (const call of [
      readJobForm(asField, new Map([['file', file]])),
      readJobForm(
        asFile,
        new Map([
          ['file', file],
          ['transcribe_config', bytes(settings)],
        ]),
      ),
    ])
      expect(call).toMatchObject({ audio: file, config: { modelId } })
  })

  it.each([
    ['both ways at once', { audioData: { content: 'AAAA' }, audioUri: 'https://example.com' }, 'audioUri'],
    ['neither', {}, 'audioData.content'],
    ['an address that is none', { audioUri: 7 }, 'audioUri'],
  ])('and refused with %s', (_, more, param) => {
    expect(failure(() => readJob(JSON.stringify({ transcribeConfig: config, ...more })))).toMatchObject({ param })
  })

  it('and refused with a form without settings or file', () => {
    const form = { fields: [['transcribeConfig', JSON.stringify(config)]] as const, files: [] }
    expect(failure(() => readJobForm(form, new Map())).param).toBe('file')
    const empty = { fields: [], files: [] }
    expect(failure(() => readJobForm(empty, new Map([['file', bytes('x')]]))).param).toBe('transcribeConfig')
  })

  it('and nothing else than a VoiceError is ever thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.jsonValue(), fc.jsonValue(), (text, settings, data) => {
        for (const read of [
          () => readJob(text),
          () => readJob(JSON.stringify({ transcribeConfig: settings, audioData: data })),
          () => readJob(JSON.stringify({ transcribeConfig: settings, audioUri: data })),
          () => readJobForm({ fields: [['transcribeConfig', text]], files: [] }, new Map([['file', bytes('x')]])),
        ])
          try {
            read()
          } catch (error) {
            if (!(error instanceof VoiceError)) throw error
          }
      }),
    )
  })
})

describe('an operation', () => {
  it('has a name with slashes that leads back to its id, and no key without a value', () => {
    const { name, ...pending } = operationBody('one', { type: 'pending' })
    expect(name).toMatch(/.+\/.+/)
    expect(operationId(name)).toBe('one')
    expect(operationId('somewhere/else/one')).toBeUndefined()
    expect(pending).toEqual({ done: false })
    expect(operationBody('one', { type: 'done', resultUri: 'https://here/r', expiresAt: 0 })).toEqual({
      name,
      done: true,
      response: { resultUri: 'https://here/r', expireTime: '1970-01-01T00:00:00.000Z' },
    })
    const error = new VoiceError('unknown_model', 'There is no such model.')
    expect(operationBody('one', { type: 'failed', error }, 'a/b')).toEqual({
      name,
      done: true,
      error: { code: 3, message: 'No STT client found for model: a/b', details: [] },
    })
  })
})

describe('the document', () => {
  const call = (more: object) =>
    readJob(JSON.stringify({ transcribeConfig: { modelId, ...more }, audioUri: 'x' })).config
  async function* said() {
    yield profiled(0)
    const [yes, no] = [wordsOf('yes of course', 0), wordsOf('no', 800)]
    const words = [...yes.map((word) => ({ ...word, speaker: '1' })), ...no.map((word) => ({ ...word, speaker: '2' }))]
    yield final(0, 'yes of course no', { language: 'en', words })
    yield final(1, '')
    yield profiled(2, 'high')
    yield final(2, 'good', { words: wordsOf('good', 10_000).map((word) => ({ ...word, speaker: '2' })) })
    yield { type: 'listen.ended', audioMs: 12_345.6 } as const
  }

  it('holds the text, its segments with times as text, and what was heard of how much', async () => {
    expect(jobDocument(await gather(said()), call({}))).toEqual({
      transcript: 'yes of course no good',
      segments: [
        { startTimeMs: '0', endTimeMs: '1000', transcript: 'yes of course no' },
        { startTimeMs: '10000', endTimeMs: '11000', transcript: 'good' },
      ],
      language: 'en',
      usage: { transcribedAudioMs: 12_346, modelId },
    })
  })

  it('holds speakers, words and voices where they are asked for; a turn of two has no voice of its own', async () => {
    const document = jobDocument(
      await gather(said()),
      call({
        enableSpeakerDiarization: true,
        includeWordTimestamps: true,
        voiceProfileConfig: { enableVoiceProfile: true, topN: 1 },
      }),
    )
    const high = { pitch: [{ label: 'high', confidence: 0.8 }] }
    expect(document.segments).toMatchObject([
      { transcript: 'yes of course', speaker: 0, wordTimestamps: [{ speaker: 0 }, { speaker: 0 }, { speaker: 0 }] },
      { transcript: 'no', speaker: 1, startTimeMs: '800' },
      { transcript: 'good', speaker: 1, voiceProfile: high },
    ])
    expect(document.segments.slice(0, 2).map((segment) => 'voiceProfile' in segment)).toEqual([false, false])
    expect(document.voiceProfile?.pitch).toHaveLength(1)
  })
})
