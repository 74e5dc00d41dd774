/** A conversation that is going on: microphone, link, loudspeaker and tools. */
import { batch, signal } from '@preact/signals'
import { type Microphone, openMicrophone } from '../audio/capture.ts'
import { toBase64, toPcm16 } from '../audio/pcm.ts'
import { microphoneAllowed } from '../wire/address.ts'
import { type Dialogue, nothingSaid, take, withNetwork } from './dialogue.ts'
import { type Link, openCallLink, openSocketLink } from './link.ts'
import { Loudspeaker } from './loudspeaker.ts'
import type { ServerMessage } from './messages.ts'
import { sessionOf, transport } from './options.ts'
import { newSound, takeCut, takeHeard, takeSpoken } from './sound.ts'
import { runTool } from './tools.ts'

export type Phase = 'idle' | 'starting' | 'live' | 'done'

export const phase = signal<Phase>('idle')
export const dialogue = signal<Dialogue>(nothingSaid)
/** What went wrong, in words for people. */
export const trouble = signal('')
/** How much of the reply that is heard now has been heard; undefined where the page does not play it itself. */
export const position = signal<{ readonly id: string; readonly ms: number } | undefined>(undefined)
/** Whether the server's voice is heard, and this page knows where it stands. */
export const exact = signal(true)

/** Of a microphone, in Hz. */
const usualRate = 16_000

let current: Conversation | undefined

const microphoneTroubles: Readonly<Record<string, string>> = {
  NotAllowedError: 'The browser was not allowed to use the microphone. You can still type.',
  NotFoundError: 'There is no microphone. You can still type.',
  NotReadableError: 'Another program holds the microphone. You can still type.',
}

/** The microphone where there is one; without it a conversation is typed. */
const microphoneIfAny = async (onSamples: (samples: Float32Array) => void): Promise<Microphone | undefined> => {
  if (!microphoneAllowed()) return undefined
  try {
    // The answer comes out of a loudspeaker beside it.
    return await openMicrophone(onSamples, { echoCancellation: true, autoGainControl: true })
  } catch (error) {
    trouble.value = microphoneTroubles[error instanceof DOMException ? error.name : ''] ?? String(error)
    return undefined
  }
}

/** When what the server tells of happened here, on the clock of `performance.now()`. */
interface TurnClock {
  /** The last sound of the user's turn, by the server's ear. */
  stoppedMs: number
  /** The first sound of each reply, by id. */
  readonly heardAt: Map<string, number>
}

class Conversation {
  readonly #clock: TurnClock = { stoppedMs: 0, heardAt: new Map() }
  /** When the first sample was spoken that the server was sent. */
  #firstAt = 0
  #microphone: Microphone | undefined
  #loudspeaker: Loudspeaker | undefined
  #link: Link | undefined
  #running: string | undefined
  #frame = 0
  #closed = false

  async open(): Promise<void> {
    const overSocket = transport.value === 'websocket'
    exact.value = overSocket
    this.#loudspeaker = await Loudspeaker.open((samples) => {
      if (current === this && !this.#closed) takeHeard(samples)
    })
    const microphone = await microphoneIfAny((samples) => this.#spoken(samples, overSocket))
    this.#microphone = microphone
    newSound(microphone?.sampleRate ?? usualRate)
    const events = {
      onMessage: (message: ServerMessage) => this.#take(message),
      onClose: (problem: string) => this.close(problem),
    }
    if (this.#closed) return this.#release()
    this.#link = overSocket
      ? await openSocketLink(sessionOf(microphone?.sampleRate ?? usualRate), events)
      : await openCallLink(sessionOf(), microphone?.stream, {
          ...events,
          onSound: (stream) => this.#loudspeaker?.play(stream),
        })
    if (this.#closed) this.#link.close()
  }

  /** Says something in writing. */
  say(text: string): void {
    this.interrupt()
    const content = [{ type: 'input_text', text }]
    this.#link?.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
    this.#link?.send({ type: 'response.create' })
  }

  /** Stops the reply that is heard, or on its way. */
  interrupt(): void {
    if (this.#running !== undefined) this.#link?.send({ type: 'response.cancel', response_id: this.#running })
    if (exact.value) this.#cut()
    else if (this.#running !== undefined) this.#link?.send({ type: 'output_audio_buffer.clear' })
  }

  close(problem = ''): void {
    if (this.#closed) return
    this.#closed = true
    this.#link?.close()
    this.#release()
    if (current !== this) return
    batch(() => {
      if (problem !== '') trouble.value = problem
      phase.value = 'done'
      position.value = undefined
      dialogue.value = { ...dialogue.value, state: 'waiting' }
    })
  }

  #release(): void {
    cancelAnimationFrame(this.#frame)
    this.#microphone?.close()
    this.#loudspeaker?.close()
  }

  #spoken(samples: Float32Array, send: boolean): void {
    if (this.#closed) return
    takeSpoken(samples)
    if (!send || !this.#link) return
    if (this.#firstAt === 0) this.#firstAt = performance.now() - 100
    this.#link.send(`{"type":"input_audio_buffer.append","audio":"${toBase64(toPcm16(samples))}"}`)
  }

  #take(message: ServerMessage): void {
    if (current !== this) return
    dialogue.value = take(dialogue.value, message)
    switch (message.type) {
      case 'input_audio_buffer.speech_started':
        // The server has stopped the reply; what is here already must be stopped here.
        if (exact.value) this.#cut()
        break
      case 'input_audio_buffer.speech_stopped':
        this.#clock.stoppedMs = message.audio_end_ms
        break
      case 'conversation.item.truncated':
        takeCut()
        break
      case 'response.created':
        this.#running = message.response.id
        break
      case 'response.output_audio.delta':
        if (message.delta !== '') this.#play(message.response_id, message.item_id, message.delta)
        break
      case 'response.done':
        if (this.#running === message.response.id) this.#running = undefined
        this.#runTools(message.response)
        if (message.providerData?.timing) void this.#measure(message.response.id)
        break
      default:
    }
  }

  #play(replyId: string, itemId: string, delta: string): void {
    const at = this.#loudspeaker!.push(itemId, delta)
    if (!this.#clock.heardAt.has(replyId)) this.#clock.heardAt.set(replyId, at)
    this.#frame ||= requestAnimationFrame(this.#follow)
  }

  /** Shows where the voice is, for as long as it speaks. */
  readonly #follow = (): void => {
    const id = this.#loudspeaker?.current
    position.value = id === undefined ? undefined : { id, ms: this.#loudspeaker!.heardMs(id) }
    this.#frame = id === undefined ? 0 : requestAnimationFrame(this.#follow)
  }

  /** Falls silent, and tells the server how much was heard, so that the model knows it too. */
  #cut(): void {
    const cut = this.#loudspeaker?.clear()
    position.value = undefined
    if (!cut) return
    const heard = { content_index: 0, audio_end_ms: Math.floor(cut.heardMs) }
    this.#link?.send({ type: 'conversation.item.truncate', item_id: cut.id, ...heard })
  }

  #runTools({ status, output }: Extract<ServerMessage, { type: 'response.done' }>['response']): void {
    if (status !== 'completed') return
    for (const { type, call_id: callId, name = '', arguments: given = '' } of output) {
      if (type !== 'function_call') continue
      const item = { type: 'function_call_output', call_id: callId, output: runTool(name, given) }
      // On this path the server answers to it unasked.
      this.#link?.send({ type: 'conversation.item.create', item })
    }
  }

  /** What of a turn's time neither silence nor engines took: the way there and back, and the loudspeaker. */
  async #measure(replyId: string): Promise<void> {
    const turn = dialogue.value.turns.find((one) => one.replyId === replyId)
    if (!turn) return
    const heardAt = this.#clock.heardAt.get(replyId)
    const known = turn.gate + turn.recognizer + turn.decision + turn.model + turn.voice
    const network = this.#link?.networkMs
      ? await this.#link.networkMs()
      : heardAt === undefined
        ? undefined
        : heardAt - (this.#firstAt + this.#clock.stoppedMs - turn.gate) - known
    if (network !== undefined && current === this)
      dialogue.value = withNetwork(dialogue.value, replyId, Math.max(0, Math.round(network)))
  }
}

/** Begins a conversation; whatever went on before ends. */
export const start = async (): Promise<void> => {
  stop()
  batch(() => {
    phase.value = 'starting'
    dialogue.value = nothingSaid
    trouble.value = ''
  })
  const conversation = new Conversation()
  current = conversation
  try {
    await conversation.open()
    if (current === conversation && phase.value === 'starting') phase.value = 'live'
  } catch (error) {
    const problem = error instanceof Error && error.message !== '' ? error.message : 'The server did not answer.'
    conversation.close(trouble.value === '' ? problem : trouble.value)
  }
}

/** Ends it. */
export const stop = (): void => current?.close()

/** Stops the reply that is heard. */
export const interrupt = (): void => current?.interrupt()

/** Says something in writing; begins a conversation where there is none. */
export const say = async (text: string): Promise<void> => {
  if (phase.value !== 'live') await start()
  if (phase.value === 'live') current?.say(text)
}
