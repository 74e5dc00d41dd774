/** Plays speech as it comes, and knows to the sample how much of it has been heard. */

interface Stretch {
  readonly id: string
  /** On the clock of the context, in seconds. */
  readonly fromS: number
  readonly lengthS: number
  readonly node: AudioBufferSourceNode
}

/** Ahead of now, so that a late message makes no gap. */
const leadS = 0.04

export class SpeechPlayer {
  readonly #context: AudioContext
  readonly #output: AudioNode
  readonly #sampleRate: number
  #stretches: Stretch[] = []
  /** Of what was stopped, in milliseconds. */
  readonly #heard = new Map<string, number>()
  #nextS = 0

  constructor(context: AudioContext, output: AudioNode, sampleRate: number) {
    this.#context = context
    this.#output = output
    this.#sampleRate = sampleRate
  }

  /** Puts audio behind what waits. Gives when it will be heard, on the clock of `performance.now()`. */
  push(id: string, samples: Float32Array<ArrayBuffer>): number {
    const context = this.#context
    const buffer = context.createBuffer(1, samples.length, this.#sampleRate)
    buffer.copyToChannel(samples, 0)
    const node = context.createBufferSource()
    node.buffer = buffer
    node.connect(this.#output)
    const fromS = this.#nextS > context.currentTime ? this.#nextS : context.currentTime + leadS
    node.start(fromS)
    this.#nextS = fromS + buffer.duration
    this.#stretches.push({ id, fromS, lengthS: buffer.duration, node })
    return performance.now() + (fromS - context.currentTime + this.#latencyS) * 1000
  }

  /** Milliseconds of this speech that have left the loudspeaker. */
  heardMs(id: string): number {
    const now = this.#heardS
    const playing = this.#stretches.reduce(
      (sum, { id: of, fromS, lengthS }) => (of === id ? sum + Math.min(lengthS, Math.max(0, now - fromS)) : sum),
      0,
    )
    return (this.#heard.get(id) ?? 0) + playing * 1000
  }

  /** What is heard now; undefined in silence. */
  get current(): string | undefined {
    const now = this.#heardS
    return this.#stretches.find(({ fromS, lengthS }) => now < fromS + lengthS)?.id
  }

  /** Falls silent at once. Gives what was being heard, and how much of it. */
  clear(): { readonly id: string; readonly heardMs: number } | undefined {
    const id = this.current
    const heard = new Map([...new Set(this.#stretches.map((one) => one.id))].map((one) => [one, this.heardMs(one)]))
    for (const { node } of this.#stretches) {
      node.stop()
      node.disconnect()
    }
    for (const [one, ms] of heard) this.#heard.set(one, ms)
    this.#stretches = []
    this.#nextS = 0
    return id === undefined ? undefined : { id, heardMs: heard.get(id)! }
  }

  get #latencyS(): number {
    return this.#context.outputLatency || this.#context.baseLatency || 0
  }

  /** The time of the context that is heard now. */
  get #heardS(): number {
    return this.#context.currentTime - this.#latencyS
  }
}
