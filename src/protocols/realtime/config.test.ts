import { describe, expect, it } from 'vitest'
import { merge, type SessionConfig } from '../../conversation/config.ts'
import { initialConfig, parseSession } from './config.ts'
import type { Dialect } from './dialect.ts'
import { sessionBody } from './session-body.ts'

const opened = (dialect: Dialect, more: object = {}) => initialConfig(dialect, { model: 'm', ...more })
const changed = (dialect: Dialect, ...sessions: readonly object[]): SessionConfig =>
  sessions.reduce<SessionConfig>((config, session) => merge(config, parseSession(session, dialect)), opened(dialect))
const told = (config: SessionConfig, dialect: Dialect) =>
  sessionBody(config, { id: 'sess_1', model: 'usual', expiresAt: 1_760_003_600_999 }, dialect)
const echo = (dialect: Dialect, ...sessions: readonly object[]) => told(changed(dialect, ...sessions), dialect)

const serverVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: 500,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
}

describe('a session before anyone has said anything', () => {
  it('is told whole in OpenAI’s names', () => {
    expect(told(opened('openai'), 'openai')).toEqual({
      type: 'realtime',
      object: 'realtime.session',
      id: 'sess_1',
      model: 'm',
      output_modalities: ['audio'],
      instructions: '',
      tools: [],
      tool_choice: 'auto',
      max_output_tokens: 'inf',
      tracing: null,
      truncation: 'auto',
      prompt: null,
      include: null,
      expires_at: 1_760_003_600,
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: null,
          noise_reduction: null,
          turn_detection: serverVad,
        },
        output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1 },
      },
    })
  })

  it('is told flat in the older names', () => {
    expect(told(opened('beta'), 'beta')).toEqual({
      object: 'realtime.session',
      id: 'sess_1',
      model: 'm',
      expires_at: 1_760_003_600,
      modalities: ['audio', 'text'],
      instructions: '',
      voice: 'alloy',
      speed: 1,
      input_audio_format: 'pcm16',
      output_audio_format: 'pcm16',
      input_audio_transcription: null,
      input_audio_noise_reduction: null,
      turn_detection: serverVad,
      tools: [],
      tool_choice: 'auto',
      temperature: 0.8,
      max_response_output_tokens: 'inf',
      tracing: null,
    })
  })

  it('transcribes, and answers the results of tools, on Inworld’s path', () => {
    const config = opened('inworld')
    expect(config).toMatchObject({ answerToolResults: true, modalities: { audio: true, text: true } })
    expect(told(config, 'inworld')).toMatchObject({
      output_modalities: ['audio', 'text'],
      audio: { input: { transcription: { model: 'inworld/inworld-stt-1' } }, output: { voice: 'Dennis' } },
    })
    for (const dialect of ['openai', 'beta'] as const) expect(opened(dialect).answerToolResults).toBe(false)
  })

  it('tells the server’s own model where the client names none', () => {
    expect(told(opened('openai', { model: '' }), 'openai')).toMatchObject({ model: 'usual' })
  })

  it('has what a secret has pinned', () => {
    const session = { type: 'realtime', instructions: 'Be brief.', audio: { output: { voice: 'marin' } } }
    expect(told(opened('openai', { session }), 'openai')).toMatchObject({
      model: 'm',
      instructions: 'Be brief.',
      audio: { input: { turn_detection: serverVad }, output: { voice: 'marin', speed: 1 } },
    })
    expect(() => opened('openai', { session: { tools: 'all' } })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'session.tools' }),
    )
  })

  it('only hears in a transcription session', () => {
    expect(told(opened('openai', { model: '', transcriptionOnly: true }), 'openai')).toEqual({
      type: 'transcription',
      object: 'realtime.session',
      id: 'sess_1',
      audio: {
        input: {
          format: { type: 'audio/pcm', rate: 24_000 },
          transcription: { model: 'gpt-4o-transcribe' },
          noise_reduction: null,
          turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
        },
      },
      include: null,
      expires_at: 1_760_003_600,
    })
    expect(opened('openai', { model: 'gpt-transcribe', transcriptionOnly: true })).toMatchObject({
      model: '',
      input: { transcription: { model: 'gpt-transcribe' } },
    })
    expect(told(opened('beta', { model: '', transcriptionOnly: true }), 'beta')).toMatchObject({
      object: 'realtime.transcription_session',
      input_audio_format: 'pcm16',
      input_audio_transcription: { model: 'whisper-1' },
    })
  })
})

describe('an update', () => {
  it('changes only what it names', () => {
    const before = {
      audio: { input: { noise_reduction: { type: 'far_field' } }, output: { speed: 1.2 } },
      tools: [{ name: 'f' }],
    }
    expect(echo('openai', before, { audio: { output: { voice: 'sage' } } })).toMatchObject({
      audio: {
        input: { noise_reduction: { type: 'far_field' }, turn_detection: serverVad },
        output: { voice: 'sage', speed: 1.2 },
      },
      tools: [{ name: 'f' }],
    })
    expect(echo('openai', before, { tools: [] })).toMatchObject({ tools: [] })
    expect(echo('openai', before, {})).toEqual(echo('openai', before))
  })

  it('is given back as it came, also where nothing acts on it', () => {
    const session = {
      output_modalities: ['text'],
      instructions: 'x',
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        { type: 'mcp', server_label: 'l', server_url: 'https://mcp.example' },
      ],
      tool_choice: { type: 'mcp', server_label: 'l' },
      parallel_tool_calls: true,
      reasoning: { effort: 'low' },
      max_output_tokens: 4096,
      tracing: { workflow_name: 'w' },
      truncation: { type: 'retention_ratio', retention_ratio: 0.8, token_limits: { post_instructions: 8000 } },
      prompt: { id: 'p', variables: { city: 'Pune' } },
      include: ['item.input_audio_transcription.logprobs'],
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'near_field' },
          transcription: { model: 'gpt-transcribe', language: 'en', prompt: 'Ada Lovelace', delay: 'low' },
          turn_detection: { type: 'semantic_vad', eagerness: 'low', create_response: false, interrupt_response: true },
        },
        output: { format: { type: 'audio/pcm', rate: 16_000 }, voice: { id: 'v' }, speed: 0.5 },
      },
    }
    expect(echo('openai', session)).toMatchObject(session)
    expect(changed('openai', session)).toMatchObject({
      tools: [{ name: 'f', description: 'd', parameters: { type: 'object' } }],
      serverTools: [{ type: 'mcp', label: 'l', url: 'https://mcp.example', approval: 'always' }],
      toolChoice: { server: 'l' },
      sampling: { reasoningEffort: 'low' },
      truncation: { type: 'ratio', ratio: 0.8, maxTokens: 8000 },
      input: {
        format: { encoding: 'mulaw', sampleRate: 8000 },
        noiseReduction: 'near',
        transcription: { model: 'gpt-transcribe', languages: ['en'], terms: ['Ada Lovelace'] },
      },
      output: { voice: 'v' },
    })
  })

  it('gives back a plain tool choice after a grand one', () => {
    expect(echo('openai', { tool_choice: { type: 'mcp', server_label: 'l' } }, { tool_choice: 'none' })).toMatchObject({
      tool_choice: 'none',
    })
    expect(echo('openai', { tool_choice: { type: 'function', name: 'f' } })).toMatchObject({
      tool_choice: { type: 'function', name: 'f' },
    })
    expect(echo('openai', { audio: { output: { voice: { id: 'v' } } } }, { voice: 'w' })).toMatchObject({
      audio: { output: { voice: 'w' } },
    })
  })

  it('sets back with null what can be null', () => {
    const session = {
      tracing: 'auto',
      prompt: { id: 'p' },
      include: [],
      truncation: 'disabled',
      instructions: 'x',
      tools: [{ name: 'f' }],
      max_output_tokens: 5,
      audio: { input: { transcription: { model: 'w' }, turn_detection: null, noise_reduction: { type: 'far_field' } } },
    }
    const input = { transcription: null, turn_detection: serverVad, noise_reduction: null }
    const nothing = { ...Object.fromEntries(Object.keys(session).map((key) => [key, null])), audio: { input } }
    expect(echo('openai', session, nothing)).toEqual(echo('openai'))
  })

  it('fills in what a new kind of turn detection needs, and keeps what it had otherwise', () => {
    const turns = (...all: readonly unknown[]) =>
      (
        echo('openai', ...all.map((turn_detection) => ({ turn_detection }))) as {
          audio: { input: { turn_detection: unknown } }
        }
      ).audio.input.turn_detection
    const semanticVad = { type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true }
    expect(turns({ type: 'server_vad', threshold: 0.7 }, { type: 'server_vad', silence_duration_ms: 900 })).toEqual({
      ...serverVad,
      threshold: 0.7,
      silence_duration_ms: 900,
    })
    expect(turns({ type: 'semantic_vad' })).toEqual(semanticVad)
    expect(turns({ type: 'semantic_vad', eagerness: 'high' }, { interrupt_response: false })).toEqual({
      ...semanticVad,
      eagerness: 'high',
      interrupt_response: false,
    })
    expect(turns(null, { create_response: false })).toEqual({ ...serverVad, create_response: false })
    expect(turns({ type: 'semantic_vad' }, { threshold: 0.2 })).toEqual({ ...serverVad, threshold: 0.2 })
    expect(turns({ type: 'none' })).toBeNull()
  })

  it('holds numbers within what makes sense', () => {
    const turn_detection = {
      type: 'server_vad',
      threshold: 7,
      idle_timeout_ms: 10,
      prefix_padding_ms: -3,
      silence_duration_ms: 1e9,
    }
    expect(
      echo('openai', { turn_detection, speed: 9, audio: { input: { format: { type: 'audio/pcm', rate: 96_000 } } } }),
    ).toMatchObject({
      audio: {
        input: {
          format: { rate: 48_000 },
          turn_detection: { threshold: 1, idle_timeout_ms: 5000, prefix_padding_ms: 0, silence_duration_ms: 30_000 },
        },
        output: { speed: 1.5 },
      },
    })
  })

  it('turns transcription on with one field', () => {
    expect(changed('openai', { audio: { input: { transcription: { language: 'de' } } } }).input.transcription).toEqual({
      model: 'gpt-4o-transcribe',
      languages: ['de'],
      terms: [],
    })
  })
})

describe('the older names', () => {
  const older = {
    modalities: ['text', 'audio'],
    voice: 'sage',
    speed: 1.25,
    input_audio_format: 'g711_ulaw',
    output_audio_format: 'g711_alaw',
    input_audio_transcription: { model: 'whisper-1' },
    input_audio_noise_reduction: { type: 'near_field' },
    turn_detection: null,
    max_response_output_tokens: 100,
    temperature: 0.7,
  }

  it('are understood beside the present ones', () => {
    expect(echo('openai', older)).toMatchObject({
      output_modalities: ['audio'],
      max_output_tokens: 100,
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          transcription: { model: 'whisper-1' },
          noise_reduction: { type: 'near_field' },
          turn_detection: null,
        },
        output: { format: { type: 'audio/pcma' }, voice: 'sage', speed: 1.25 },
      },
    })
    expect(changed('openai', older).sampling).toEqual({ temperature: 0.7 })
    expect(changed('openai', { audio: { input: { format: 'g711_ulaw' } } }).input.format.encoding).toBe('mulaw')
  })

  it('are given back to who speaks them', () => {
    expect(echo('beta', older)).toMatchObject({ ...older, modalities: ['audio', 'text'] })
    expect(echo('beta', { modalities: ['text'] })).toMatchObject({ modalities: ['text'] })
  })
})

describe('Inworld’s additions', () => {
  const providerData = {
    auto_tool_response: false,
    early_start: false,
    stt: { voice_profile: true, prompt: 'Ada Lovelace, Kubernetes', language_hints: ['en-IN', 'hi'] },
    tts: { language: 'en-GB', segmenter_strategy: 'full_turn' },
    text_generation_config: {
      maxNewTokens: 80,
      temperature: 0.4,
      topP: 0.9,
      stopSequences: ['END'],
      reasoning: { effort: 'LOW' },
    },
    user_id: 'u',
    metadata: { sdk: 'x', bad: 7 },
    memory: { enabled: true, state: { version: 3 } },
  }

  it('act where something can, and are given back whole', () => {
    const config = changed('inworld', { providerData })
    expect(config).toMatchObject({
      answerToolResults: false,
      voiceProfile: 'told',
      samplingOverrides: { maxTokens: 80, temperature: 0.4, topP: 0.9, stop: ['END'], reasoningEffort: 'low' },
      metadata: { sdk: 'x' },
      user: 'u',
      earlyStart: false,
      input: {
        transcription: {
          model: 'inworld/inworld-stt-1',
          languages: ['en-IN', 'hi'],
          terms: ['Ada Lovelace', 'Kubernetes'],
        },
      },
      output: { language: 'en-GB' },
    })
    expect(config.metadata).not.toHaveProperty('bad')
    expect(told(config, 'inworld')).toMatchObject({ providerData })
  })

  it('are merged branch by branch, under both names', () => {
    const config = changed(
      'inworld',
      { providerData },
      { provider_data: { stt: { language_hints: null }, extra: 1 }, providerData: { stt: { voice_profile: false } } },
    )
    expect(config.voiceProfile).toBe('off')
    expect(config.input.transcription).toMatchObject({ languages: [], terms: ['Ada Lovelace', 'Kubernetes'] })
    expect(told(config, 'inworld')).toMatchObject({
      providerData: {
        ...providerData,
        stt: { ...providerData.stt, voice_profile: false, language_hints: null },
        extra: 1,
      },
    })
  })

  it('turn the voice profile on, off, and back to what it is by itself: used, but not told', () => {
    const profile = (...values: readonly unknown[]) =>
      changed('inworld', ...values.map((voice_profile) => ({ providerData: { stt: { voice_profile } } }))).voiceProfile
    expect([profile(), profile(true), profile(false), profile(false, null), profile('maybe')]).toEqual([
      'used',
      'told',
      'off',
      'used',
      'used',
    ])
  })

  it('leave a chosen transcription model alone, and one that was turned off', () => {
    const chosen = { audio: { input: { transcription: { model: 'soniox/stt-rt-v4' } } } }
    expect(changed('inworld', chosen, { providerData }).input.transcription).toMatchObject({
      model: 'soniox/stt-rt-v4',
      languages: ['en-IN', 'hi'],
    })
    expect(
      changed('inworld', { audio: { input: { transcription: null } }, providerData }).input.transcription,
    ).toBeNull()
  })

  it.each([7, [1], { stt: 7, tts: [], metadata: 'x', text_generation_config: 'y', auto_tool_response: 'yes' }])(
    'do nothing where they make no sense: %j',
    (data) => {
      const read = () => changed('inworld', { providerData: data })
      if (typeof data === 'object' && !Array.isArray(data))
        expect({ ...read(), extras: {} }).toEqual({ ...opened('inworld') })
      else expect(read).toThrow(expect.objectContaining({ param: 'session.providerData' }))
    },
  )

  it('come with shorter names and other formats', () => {
    const session = {
      modelId: 'inworld/router',
      stt: { model: 'deepgram/flux' },
      temperature: 0.3,
      audio: {
        voice: 'Clive',
        input: { format: 'float32' },
        output: { model: 'inworld-tts-2', format: { type: 'audio/pcm', rate: 44_100 } },
      },
    }
    expect(echo('inworld', session)).toMatchObject({
      model: 'inworld/router',
      temperature: 0.3,
      audio: {
        input: { format: { type: 'audio/float32', rate: 24_000 }, transcription: { model: 'deepgram/flux' } },
        output: { voice: 'Clive', model: 'inworld-tts-2', format: { type: 'audio/pcm', rate: 44_100 } },
      },
    })
  })
})

describe('what replies take from the voice of the user', () => {
  it('is the manner until a voice is named, and the pace until a speed is', () => {
    expect(opened('openai').voiceUse).toEqual({ notes: true, manner: true, pace: true })
    expect(changed('openai', { audio: { output: { voice: 'marin' } } }).voiceUse).toMatchObject({
      manner: false,
      pace: true,
    })
    expect(changed('openai', { audio: { output: { speed: 1 } } }).voiceUse).toMatchObject({ manner: true, pace: false })
    expect(changed('openai', { instructions: 'Be brief.' }).voiceUse).toEqual(opened('openai').voiceUse)
  })

  it('is what the operator allows', () => {
    const config = initialConfig('openai', { model: '', voice: { notes: false, match: false } })
    expect(config.voiceUse).toEqual({ notes: false, manner: false, pace: false })
  })
})

describe('how much must be said before it counts', () => {
  const interruption = (config: SessionConfig) => config.input.interruption

  it('is nothing on OpenAI’s path and 200 ms of speech on Inworld’s, or what the operator set', () => {
    expect(interruption(opened('openai'))).toEqual({ minSpeechMs: 0, minWords: 0 })
    expect(interruption(opened('inworld'))).toEqual({ minSpeechMs: 200, minWords: 0 })
    const set = { minSpeechMs: 400, minWords: 2 }
    expect(interruption(initialConfig('inworld', { model: '', interruption: set }))).toEqual(set)
  })

  it('is set by a client in `providerData`, field by field, and set back by null', () => {
    const set = { providerData: { interruption: { min_speech_ms: 350, min_words: 2 } } }
    expect(interruption(changed('inworld', set))).toEqual({ minSpeechMs: 350, minWords: 2 })
    expect(interruption(changed('inworld', set, { providerData: { interruption: { min_words: null } } }))).toEqual({
      minSpeechMs: 350,
      minWords: 0,
    })
    expect(interruption(changed('inworld', set, { providerData: { interruption: null } }))).toEqual(
      interruption(opened('inworld')),
    )
    const nonsense = { providerData: { interruption: { min_speech_ms: 'soon', min_words: 99 } } }
    expect(interruption(changed('inworld', nonsense))).toEqual({ minSpeechMs: 200, minWords: 20 })
  })
})
