/** Checks of what Inworld adds to the Realtime wire. */
import { at, type Check, differ, fail, isMessage, type Message, skip } from '../check.ts'
import { bodyOf, type Scene } from '../scene.ts'
import { echoed } from './session-fields.ts'
import { expectAt, talk, talking, typesOf, userText } from './talk.ts'
import { called, resultOf } from './tools.ts'

const data = 'Inworld: provider data'
const differences = 'Inworld: differences to OpenAI'

/** An event that the rest of the check does without, or a reason to skip. */
const offered = async (
  client: Awaited<ReturnType<typeof talk>>,
  type: string,
  after: number,
  withinMs: number,
): Promise<Message> =>
  (await client.connection.maybe((event) => event.type === type, after, withinMs)) ??
  skip(`not offered: no ${type} came`)

const listening = { turn_detection: { type: 'server_vad', create_response: false } }

export const inworldChecks: readonly Check<Scene>[] = [
  talking('provider-data', 'providerData is given back as it was sent, unknown branches too.', data, async (client) => {
    const providerData = {
      user_id: 'check',
      metadata: { topic: 'check' },
      tts: { segmenter_strategy: 'fast_start' },
      own_branch: { kept: true },
    }
    const session = await client.configure({ providerData })
    for (const path of ['user_id', 'metadata.topic', 'tts.segmenter_strategy'])
      expectAt(session, `providerData.${path}`, at(providerData, path))
    if (at(session, 'providerData.own_branch.kept') !== true) differ('an unknown branch is not given back')
  }),
  talking('provider-data-merge', 'A branch of providerData is merged, not replaced.', data, async (client) => {
    await client.configure({ providerData: { stt: { prompt: 'Parley' }, user_id: 'check' } })
    const session = await client.configure({ providerData: { stt: { language_hints: ['en'] } } })
    expectAt(session, 'providerData.stt.prompt', 'Parley')
    expectAt(session, 'providerData.user_id', 'check')
  }),
  talking('provider-data-snake', 'provider_data is understood too: a client sends it so.', data, async (client) => {
    const session = await client.configure({ provider_data: { user_id: 'check' } })
    if (at(session, 'providerData.user_id') !== 'check') differ('it is passed over')
  }),
  talking(
    'provider-data-odd',
    'A field of providerData that makes no sense does not end the session.',
    data,
    async (client) => {
      const answer = await client.attempt({
        providerData: { stt: { vad_threshold: 'loud' }, tts: { delivery_mode: 7 } },
      })
      if ('error' in answer) differ('it is refused', answer.error)
    },
  ),
  talking(
    'inworld-untyped',
    'An update without session.type, as its clients send it, is answered.',
    differences,
    async (client) => {
      const { now } = client
      client.send({ type: 'session.update', session: { instructions: 'Be kind.' } })
      await client.next('session.updated', now)
    },
  ),
  talking(
    'inworld-modalities',
    'Audio and text at once give audio with its captions, and no text of its own beside them.',
    differences,
    async (client) => {
      expectAt(await client.configure({ output_modalities: ['audio', 'text'] }), 'output_modalities', ['audio', 'text'])
      const { events } = await client.say('Say hello.')
      const types = typesOf(events)
      for (const type of ['response.output_audio.delta', 'response.output_audio_transcript.delta'])
        if (!types.includes(type)) fail(`no ${type} came`)
      if (types.includes('response.output_text.delta')) differ('the text comes twice, as it does upstream')
    },
  ),
  talking(
    'inworld-names',
    'modelId, stt.model and audio.voice are understood as shorter names.',
    differences,
    async (client) => {
      const answer = await client.attempt({ stt: { model: 'inworld/inworld-stt-1' }, audio: { voice: 'Ashley' } })
      if ('error' in answer) return differ('they are refused', answer.error)
      if (at(answer.session, 'audio.output.voice') !== 'Ashley') differ('audio.voice is passed over')
    },
  ),
  talking(
    'inworld-formats',
    'Formats may be written as texts, and raw audio may be of 8 to 48 kHz.',
    differences,
    async (client) => {
      const session = await client.configure({
        audio: { input: { format: 'g711_ulaw' }, output: { format: { type: 'audio/pcm', rate: 48_000 } } },
      })
      expectAt(session, 'audio.output.format.rate', 48_000)
      const input = at(session, 'audio.input.format')
      if (!JSON.stringify(input).match(/ulaw|pcmu/)) fail(`the input is ${JSON.stringify(input)}`)
    },
  ),
  talking('inworld-temperature', 'The temperature of the model can be set.', differences, async (client) => {
    const answer = await client.attempt({ temperature: 0.4 })
    if ('error' in answer) skip('not offered')
  }),
  talking(
    'inworld-tool-answered',
    'The result of a tool is answered unasked, unless auto_tool_response is false.',
    data,
    async (client) => {
      const { call } = await called(client)
      const { now } = client
      client.send(resultOf(call))
      expectAt((await client.over(now)).response, 'status', 'completed')
    },
  ),
  talking(
    'inworld-tool-collision',
    'A response.create right behind the result is the same wish: one reply, no error.',
    data,
    async (client) => {
      const { call } = await called(client)
      const { now } = client
      client.send(resultOf(call))
      client.send({ type: 'response.create' })
      await client.over(now)
      await client.settled()
      const events = client.events.slice(now)
      const error = events.find(({ type }) => type === 'error')
      if (error) fail('it is refused', error)
      if (typesOf(events).filter((type) => type === 'response.created').length > 1) fail('it is answered twice')
    },
  ),
  talking(
    'inworld-tool-asked',
    'With auto_tool_response false the client asks, as on OpenAI’s wire.',
    data,
    async (client) => {
      await client.configure({ providerData: { auto_tool_response: false } })
      const { call } = await called(client)
      const { now } = client
      client.send(resultOf(call))
      await client.create(userText('And in Rome?'))
      if (typesOf(client.events.slice(now)).includes('response.created')) fail('it was answered unasked')
    },
  ),
  echoed(
    'session-web-search',
    'A tool of type web_search is taken and told.',
    { tools: [{ type: 'web_search', providerData: { max_results: 3 } }] },
    { optional: true },
  ),
  talking(
    'voice-profile',
    'With stt.voice_profile the words of a turn come with what the voice is like.',
    'Inworld: voice profile',
    async (client) => {
      await client.configure({ audio: { input: listening }, providerData: { stt: { voice_profile: true } } })
      await client.speak()
      const completed = await client.next('conversation.item.input_audio_transcription.completed')
      const profile = at(completed, 'providerData.voiceProfile')
      if (!isMessage(profile)) return skip('not offered')
      for (const [name, labels] of Object.entries(profile)) {
        const right =
          Array.isArray(labels) &&
          labels.every((one) => isMessage(one) && typeof one.label === 'string' && typeof one.confidence === 'number')
        if (!right) fail(`${name} is no list of {label, confidence}`, completed)
      }
    },
  ),
  talking(
    'voice-profile-unasked',
    'Without being asked, nothing is told of the voice.',
    'Inworld: voice profile',
    async (client) => {
      await client.configure({ audio: { input: listening } })
      await client.speak()
      const completed = await client.next('conversation.item.input_audio_transcription.completed')
      if (at(completed, 'providerData.voiceProfile') !== undefined) fail('it is told', completed)
    },
  ),
  talking(
    'timestamps',
    'With tts.timestamp_type WORD the audio comes with the times of its words.',
    data,
    async (client) => {
      await client.configure({ providerData: { tts: { timestamp_type: 'WORD' } } })
      const { events } = await client.say('Say hello.', { output_modalities: ['audio'] })
      if (!events.some((event) => isMessage(event.timestampInfo))) skip('not offered')
    },
  ),
  talking(
    'memory',
    'With memory on, an unsolicited session.updated tells what is remembered.',
    'Inworld: long-term memory',
    async (client) => {
      await client.configure({
        output_modalities: ['text'],
        providerData: { memory: { enabled: true, turn_interval: 1 } },
      })
      const { now } = client
      await client.say('My name is Ada, and I live in Pune.')
      await client.say('Say hello.')
      const updated = await offered(client, 'session.updated', now, Math.min(3000, client.scene.target.timeoutMs))
      const state = at(updated, 'session.providerData.memory.state')
      if (!isMessage(state)) fail('it holds no providerData.memory.state', updated)
      else if (typeof state.version !== 'number') fail('its state has no version', state)
    },
  ),
  talking(
    'backchannel',
    'With backchannel on, a listener’s small words may come while the user speaks, outside of any response.',
    'Inworld: back-channel',
    async (client) => {
      await client.configure({
        audio: { input: listening },
        providerData: {
          backchannel: {
            enabled: true,
            decider_kind: 'rule',
            rule_fire_probability: 1,
            eval_interval_ms: 100,
            min_speech_ms: 200,
            min_gap_ms: 500,
          },
        },
      })
      const { now } = client
      const isBackchannel = ({ type }: Message): boolean => String(type).startsWith('response.backchannel.')
      // Nobody says mm-hm to a single sentence.
      let told: Message | undefined
      for (let sentences = 0; sentences < 3 && !told; sentences++) {
        await client.speak({ silenceMs: 0, live: true })
        told = await client.connection.maybe(isBackchannel, now, 50)
      }
      told ??= await client.connection.maybe(isBackchannel, now, Math.min(2000, client.scene.target.timeoutMs))
      if (!told) return skip('not offered: no response.backchannel event came')
      if (told.response_id !== undefined) fail('it names a response', told)
    },
  ),
  {
    id: 'ice-servers',
    says: 'GET /v1/realtime/ice-servers lists servers for WebRTC.',
    reference: 'Inworld: WebRTC',
    run: async (scene) => {
      const answer = await scene.ask(() => '/v1/realtime/ice-servers', { method: 'GET' })
      if (answer.status === 404) return skip('not offered')
      if (!Array.isArray(bodyOf(answer).ice_servers)) fail('there is no list ice_servers')
    },
  },
  {
    id: 'key-query',
    says: 'A browser gives its key in the query.',
    reference: 'Inworld: authentication',
    run: async (scene) => {
      const key = scene.key()
      const opened = await scene.knock({ key: '', query: { Authorization: `Basic ${key}` } })
      if ('status' in opened) return differ(`refused with ${opened.status}: a browser needs a proxy`)
      await opened.until('session.created', ({ type }) => type === 'session.created')
    },
  },
  {
    id: 'session-token',
    says: 'A token that the server mints opens a session.',
    reference: 'Inworld: authentication',
    run: async (scene) => {
      const answer = await scene.ask(() => '/v1/sessionTokens/token:generate')
      if (answer.status >= 400) return skip(`not offered: ${answer.status}`)
      const { token } = bodyOf(answer)
      if (typeof token !== 'string') return fail('there is no token')
      await talk(scene, { key: '', headers: { authorization: `Bearer ${token}` } })
    },
  },
]
