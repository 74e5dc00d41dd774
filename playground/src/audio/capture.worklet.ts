/** Runs beside the page: hands the microphone's samples over, 100 ms at a time. */
declare const sampleRate: number
declare const registerProcessor: (name: string, processor: unknown) => void
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}

class Capture extends AudioWorkletProcessor {
  readonly #chunk = new Float32Array(Math.round(sampleRate / 10))
  #filled = 0

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const samples = inputs[0]?.[0]
    if (!samples) return true
    for (const sample of samples) {
      this.#chunk[this.#filled] = sample
      this.#filled += 1
      if (this.#filled < this.#chunk.length) continue
      this.port.postMessage(this.#chunk.slice())
      this.#filled = 0
    }
    return true
  }
}

registerProcessor('capture', Capture)
