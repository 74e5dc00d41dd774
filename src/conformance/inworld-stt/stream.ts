/** A client of Inworld's speech-to-text socket: what a check needs to say and to wait for. */
import { at, type Check, fail, isMessage, type Message } from '../check.ts'
import type { Connection } from '../connection.ts'
import type { Scene, Wish } from '../scene.ts'
import { paced } from '../speech.ts'

export const usualRate = 16_000

/** The one thing that a message is about: `transcription` as `interim` or `final`, else its key; `error` too. */
export const kindOf = (message: Message): string => {
  if (message.error !== undefined) return 'error'
  const [key = ''] = isMessage(message.result) ? Object.keys(message.result) : []
  if (key !== 'transcription') return key
  return at(message, 'result.transcription.isFinal') === true ? 'final' : 'interim'
}

export const transcription = (message: Message): Message => (at(message, 'result.transcription') ?? {}) as Message

export class Stream {
  readonly connection: Connection
  readonly scene: Scene

  constructor(connection: Connection, scene: Scene) {
    this.connection = connection
    this.scene = scene
  }

  get received(): readonly Message[] {
    return this.connection.received
  }

  get kinds(): readonly string[] {
    return this.received.map(kindOf)
  }

  send(message: object | string): void {
    this.connection.send(message)
  }

  /** The first message of a kind, from `after` on. An error in its place fails the check. */
  async next(kind: string, after = 0): Promise<Message> {
    const message = await this.connection.until(kind, (one) => [kind, 'error'].includes(kindOf(one)), { after })
    return kindOf(message) === kind ? message : fail(`an error came in place of ${kind}`, message)
  }

  /** Sends audio at the pace of speech, in pieces of 100 ms. */
  async hear(audio: Uint8Array, sampleRate = usualRate): Promise<void> {
    const { target } = this.scene
    await paced(audio, {
      bytesPerSecond: sampleRate * 2,
      stepMs: 100,
      pace: target.pace,
      signal: target.signal,
      send: (piece) => this.chunk(piece),
    })
  }

  /** Says the sentence, then is silent for a while. */
  speak(silenceMs = 2500, sampleRate = usualRate): Promise<void> {
    return this.hear(this.scene.speech.pcm(sampleRate, silenceMs), sampleRate)
  }

  chunk(bytes: Uint8Array): void {
    this.send({ audioChunk: { content: Buffer.from(bytes).toString('base64') } })
  }

  endTurn(): void {
    this.send({ endTurn: {} })
  }

  /** Ends the stream and waits until the server has closed; gives what came from then on. */
  async end(): Promise<readonly Message[]> {
    const { length } = this.received
    this.send({ closeStream: {} })
    const { code } = await this.connection.closed()
    if (code !== 1000) fail(`the server closed with ${code} in place of 1000`)
    return this.received.slice(length)
  }
}

/** The first message, with more settings than the usual ones. */
export const config = (scene: Scene, more: object = {}) => ({
  transcribeConfig: {
    modelId: scene.target.model || 'inworld/inworld-stt-1',
    audioEncoding: 'LINEAR16',
    sampleRateHertz: usualRate,
    numberOfChannels: 1,
    language: 'en-US',
    ...more,
  },
})

/** Turns that only the client ends. */
export const manual = { inworldSttV1Config: { vadThreshold: 0 } }

export const open = async (scene: Scene, wish: Wish = {}): Promise<Stream> => new Stream(await scene.open(wish), scene)

/** A check that is one stream with these settings. */
export const streaming = (
  id: string,
  says: string,
  reference: string,
  settings: object,
  run: (stream: Stream) => Promise<void>,
): Check<Scene> => ({
  id,
  says,
  reference,
  run: async (scene) => {
    const stream = await open(scene)
    stream.send(config(scene, settings))
    await run(stream)
  },
})

/** One manual turn: the sentence, its final. */
export const oneTurn = async (stream: Stream, sampleRate = usualRate) => {
  await stream.hear(stream.scene.speech.pcm(sampleRate), sampleRate)
  const { length } = stream.received
  stream.endTurn()
  return transcription(await stream.next('final', length))
}

/** Fails where nothing was heard. */
export const expectWords = ({ transcript }: { readonly transcript?: unknown }): void => {
  if (typeof transcript !== 'string' || transcript.trim() === '') fail('nothing was heard')
}
