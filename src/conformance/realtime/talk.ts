/** A Realtime client of few words: what a check needs to say and to wait for. */
import { at, type Check, fail, isMessage, type Message } from '../check.ts'
import type { Connection } from '../connection.ts'
import type { Scene, Wish } from '../scene.ts'
import { paced } from '../speech.ts'

/** Hz of raw audio in both directions unless a session says otherwise. */
export const usualRate = 24_000

/** What a reply was, once it is over. */
export interface Reply {
  readonly id: string
  /** `response` of `response.done`. */
  readonly response: Message
  /** Everything that was told of it, in order. */
  readonly events: readonly Message[]
}

/** A tool that any model can be made to call. */
export const weatherTool = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

/** What makes any model talk for more than a minute. */
export const longWish = 'Tell me a story of 400 words.'

export const userText = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
})

export const isOf = (id: string) => (event: Message) => event.response_id === id || at(event, 'response.id') === id

export const typesOf = (events: readonly Message[]): readonly string[] => events.map(({ type }) => String(type))

export const pcmOf = (events: readonly Message[]): Uint8Array =>
  Buffer.concat(
    events
      .filter(({ type }) => type === 'response.output_audio.delta')
      .map(({ delta }) => Buffer.from(String(delta), 'base64')),
  )

let ids = 0
/** An id that no other check of this run has used. */
export const freshId = (kind: string): string => {
  ids += 1
  return `${kind}_check_${process.pid}_${ids}`
}

export class Talk {
  readonly connection: Connection
  readonly scene: Scene
  /** As `session.created` told it. */
  readonly session: Message

  constructor(connection: Connection, scene: Scene, session: Message) {
    this.connection = connection
    this.scene = scene
    this.session = session
  }

  get events(): readonly Message[] {
    return this.connection.received
  }

  /** The place in `events` of what comes next. */
  get now(): number {
    return this.events.length
  }

  send(message: object): void {
    this.connection.send(message)
  }

  /** The first event of that type, from `after` on. An error in its place fails the check. */
  async next(type: string, after = 0, timeoutMs?: number): Promise<Message> {
    const event = await this.connection.until(type, (one) => one.type === type || one.type === 'error', {
      after,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
    return event.type === type ? event : fail(`an error came in place of ${type}`, event)
  }

  /** Changes the session, and gives it as it is told then. */
  async configure(session: object): Promise<Message> {
    const { now } = this
    this.send({ type: 'session.update', session: { type: 'realtime', ...session } })
    const updated = await this.next('session.updated', now)
    return isMessage(updated.session) ? updated.session : fail('session.updated holds no session', updated)
  }

  /** As `configure`, but gives the error where the server refuses. */
  async attempt(session: object): Promise<{ readonly session: Message } | { readonly error: Message }> {
    const events = await this.answers({ type: 'session.update', session: { type: 'realtime', ...session } })
    const updated = events.find(({ type }) => type === 'session.updated')
    const error = events.find(({ type }) => type === 'error')
    if (updated && isMessage(updated.session)) return { session: updated.session }
    return error ? { error } : fail('session.update was answered neither by session.updated nor by an error', ...events)
  }

  /** Sends a message, or a text as it stands, and gives all that comes before the answer to what is sent behind it. */
  async answers(message: object | string): Promise<readonly Message[]> {
    const { now } = this
    this.connection.send(message)
    await this.settled(now)
    return this.events.slice(now).filter(({ type }) => type !== 'input_audio_buffer.cleared')
  }

  /** Until the server has read all that was sent; clears the input buffer. */
  async settled(after = this.now): Promise<void> {
    this.send({ type: 'input_audio_buffer.clear' })
    await this.connection.until('input_audio_buffer.cleared', ({ type }) => type === 'input_audio_buffer.cleared', {
      after,
    })
  }

  /** Creates an item, and gives its `conversation.item.added`. */
  async create(item: object, previous?: string): Promise<Message> {
    const { now } = this
    this.send({
      type: 'conversation.item.create',
      item,
      ...(previous === undefined ? {} : { previous_item_id: previous }),
    })
    return this.next('conversation.item.added', now)
  }

  /** Asks for a reply and waits for its end. */
  async reply(response?: object, after = this.now): Promise<Reply> {
    this.send({ type: 'response.create', ...(response && { response }) })
    return this.over(after)
  }

  /** The end of the reply that begins first from `after` on. */
  async over(after = 0): Promise<Reply> {
    const created = await this.next('response.created', after)
    const id = String(at(created, 'response.id'))
    const longMs = this.scene.target.timeoutMs * 4
    const done = await this.connection.until(
      'response.done',
      (event) => event.type === 'response.done' && at(event, 'response.id') === id,
      { after, timeoutMs: longMs },
    )
    const response = done.response as Message
    if (response.status === 'failed') fail('the reply failed', done)
    return { id, response, events: this.events.slice(after).filter(isOf(id)) }
  }

  /** Asks something in writing. */
  async say(text: string, response?: object): Promise<Reply> {
    await this.create(userText(text))
    return this.reply(response)
  }

  /** Says the sentence aloud, then is silent for a while; at the pace of speech, in pieces of 100 ms. */
  async speak({ silenceMs = 1500, rate = usualRate, live = false, ...way }: Way = {}): Promise<void> {
    const { speech, target } = this.scene
    const { encode, bytesPerSample = 2 } = way
    const audio = encode ? encode(speech.samples(rate, silenceMs)) : speech.pcm(rate, silenceMs)
    await paced(audio, {
      bytesPerSecond: rate * bytesPerSample,
      stepMs: 100,
      pace: live ? 1 : target.pace,
      signal: target.signal,
      send: (piece) => this.append(piece),
    })
  }

  append(bytes: Uint8Array): void {
    this.send({ type: 'input_audio_buffer.append', audio: Buffer.from(bytes).toString('base64') })
  }
}

interface Way {
  /** At the pace of speech whatever the user wants: for what depends on the time of day. */
  readonly live?: boolean
  readonly silenceMs?: number
  /** Hz of the session's input. */
  readonly rate?: number
  /** Samples → bytes, where they are not 16-bit PCM. */
  readonly encode?: (samples: Float32Array) => Uint8Array
  readonly bytesPerSample?: number
}

/** Opens a session and waits for `session.created`. */
export const talk = async (scene: Scene, wish: Wish = {}): Promise<Talk> => {
  const connection = await scene.open(wish)
  const created = await connection.until('session.created', () => true)
  if (created.type !== 'session.created') fail('the first message was not session.created', created)
  if (!isMessage(created.session)) return fail('session.created holds no session', created)
  const client = new Talk(connection, scene, created.session)
  if (scene.modelToName !== '') await client.configure({ model: scene.modelToName })
  return client
}

/** A check that is one talk. */
export const talking = (
  id: string,
  says: string,
  reference: string,
  run: (talk: Talk) => Promise<void>,
): Check<Scene> => ({ id, says, reference, run: async (scene) => run(await talk(scene)) })

/** Fails unless a value is what is wanted, compared as JSON. */
export const expectAt = (message: Message, path: string, wanted: unknown): void => {
  const found = at(message, path)
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    fail(`${path} is ${JSON.stringify(found) ?? 'missing'} in place of ${JSON.stringify(wanted)}`)
}
