/** Loudspeaker: plays the server's voice, whichever way it comes, and tells what is heard. */
import { SpeechPlayer } from '../audio/player.ts'
import { openTap } from '../audio/tap.ts'
import { fromPcm16 } from '../audio/wav.ts'
import { replyRate } from './options.ts'

export class Loudspeaker {
  readonly #context: AudioContext
  readonly #tap: AudioNode
  readonly #player: SpeechPlayer
  readonly #element = new Audio()

  private constructor(context: AudioContext, tap: AudioNode) {
    this.#context = context
    this.#tap = tap
    const output = context.createGain()
    output.connect(context.destination)
    output.connect(tap)
    this.#player = new SpeechPlayer(context, output, replyRate)
  }

  /** `onHeard` is given all that is played, 100 ms at a time, and silence. Throws where the browser has no sound. */
  static async open(onHeard: (samples: Float32Array) => void): Promise<Loudspeaker> {
    const context = new AudioContext({ sampleRate: replyRate, latencyHint: 'interactive' })
    await context.resume()
    return new Loudspeaker(context, await openTap(context, onHeard))
  }

  get sampleRate(): number {
    return this.#context.sampleRate
  }

  /** Puts audio of a message behind what waits: base64 of 16-bit samples. Gives when it will be heard. */
  push(id: string, audio: string): number {
    return this.#player.push(id, fromPcm16(audio))
  }

  /** Plays a stream for as long as it lasts. */
  play(stream: MediaStream): void {
    // By an element, for only then do browsers take an echo of it out of the microphone.
    this.#element.srcObject = stream
    void this.#element.play().catch(() => undefined)
    this.#context.createMediaStreamSource(stream).connect(this.#tap)
  }

  /** The message that is heard now, of those that were pushed. */
  get current(): string | undefined {
    return this.#player.current
  }

  heardMs(id: string): number {
    return this.#player.heardMs(id)
  }

  /** See `SpeechPlayer.clear`. */
  clear(): ReturnType<SpeechPlayer['clear']> {
    return this.#player.clear()
  }

  close(): void {
    this.#element.srcObject = null
    void this.#context.close()
  }
}
