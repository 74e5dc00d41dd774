/** A program run many times: few at once, each with a time limit, ended when it is no longer wanted. */
import { spawn } from 'node:child_process'
import { VoiceError } from '../../errors.ts'

interface Setup {
  readonly command: string
  readonly env: Readonly<Record<string, string>>
  /** Runs at the same time; others wait. */
  readonly runs: number
  /** Runs that may wait; more are refused with `overloaded`. */
  readonly limit: number
  /** A run that takes longer is ended, and fails. */
  readonly runMs: number
}

/** More output than any phrase has. */
const outputLimit = 64 * 1024 * 1024

export class Program {
  readonly #setup: Setup
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** What it writes for this input. Undefined when the signal aborts, which ends it at once. */
  async run(args: readonly string[], input: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const { runs, limit } = this.#setup
    if (signal.aborted) return undefined
    if (this.#running >= runs) {
      if (this.#waiting.length >= limit) throw new VoiceError('overloaded', 'espeak-ng has too much to say.')
      await this.#turn(signal)
      if (signal.aborted) return undefined
    } else this.#running += 1
    try {
      return await this.#run(args, input, signal)
    } finally {
      // Its place goes to the next.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const turn = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        resolve()
      }
      this.#waiting.push(turn)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  #run(args: readonly string[], input: string, signal: AbortSignal): Promise<Buffer | undefined> {
    const { command, env, runMs } = this.#setup
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
      const output: Buffer[] = []
      let size = 0
      let late = false
      const kill = (): void => void child.kill('SIGKILL')
      const abort = (): void => {
        kill()
        resolve(undefined)
      }
      const timer = setTimeout(() => {
        late = true
        kill()
      }, runMs)
      signal.addEventListener('abort', abort, { once: true })
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
      child.stdout.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > outputLimit) kill()
        else output.push(chunk)
      })
      // A program that ends before it has read all says so by its status.
      child.stdin.on('error', () => {})
      child.stdin.end(input)
      child.once('error', (cause) => {
        end()
        reject(new VoiceError('unavailable', `The program ${command} cannot be run.`, { cause }))
      })
      child.once('close', (status) => {
        end()
        if (status === 0 || signal.aborted) return resolve(Buffer.concat(output))
        const why = late ? 'took too long' : `ended with ${status}`
        reject(new VoiceError('provider_failed', `espeak-ng ${why}.`))
      })
    })
  }
}
