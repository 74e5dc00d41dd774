/** Stall: notices that work which should go on does not. */
import { VoiceError } from '../errors.ts'

/** Once armed, `promise` rejects with `timeout` when nothing has come for `limitMs`; it never resolves. */
export class Stall {
  readonly promise: Promise<never>
  readonly #limitMs: number
  readonly #fail: () => void
  #timer: NodeJS.Timeout | undefined
  #armed = false

  constructor(limitMs: number, message: string) {
    let fail = (_: VoiceError): void => {}
    this.promise = new Promise((_, reject) => {
      fail = reject
    })
    this.promise.catch(() => {})
    this.#limitMs = limitMs
    this.#fail = () => fail(new VoiceError('timeout', message))
  }

  /** From now on something has to come. */
  arm(): void {
    this.#armed = true
    this.#start()
  }

  /** Something has come, and is dealt with: that time does not count. */
  resting(deal: () => Promise<void> | undefined): Promise<void> | undefined {
    clearTimeout(this.#timer)
    const wait = deal()
    if (wait !== undefined) return wait.then(() => this.#start())
    this.#start()
    return undefined
  }

  end(): void {
    this.#armed = false
    clearTimeout(this.#timer)
  }

  #start(): void {
    clearTimeout(this.#timer)
    if (this.#armed) this.#timer = setTimeout(this.#fail, this.#limitMs)
  }
}
