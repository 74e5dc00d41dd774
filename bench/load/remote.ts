/** A process of the load bench and the calls that it answers, over Node's channel between parent and child. */
import { type ChildProcess, fork } from 'node:child_process'
import { entry } from '../../src/threads/entry.ts'

/** What a process can be asked, by name: parameters (JSON) in, a result (JSON) out. */
export type Methods = Readonly<Record<string, (params: never) => unknown>>

type Params<M extends Methods, K extends keyof M> = Parameters<M[K]>[0]
type Result<M extends Methods, K extends keyof M> = Awaited<ReturnType<M[K]>>

interface Call {
  readonly id: number
  readonly method: string
  readonly params: unknown
}

type Reply = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string }

/** One process; `M` is what it passes to `answer`. */
export class Remote<M extends Methods> {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  readonly #ended: Promise<void>
  #calls = 0

  /** `name` is a module beside `from`, without its extension. */
  constructor(name: string, execArgv: readonly string[] = [], from: string = import.meta.url) {
    const { file, execArgv: own } = entry(from, `./${name}`)
    this.#child = fork(file, { execArgv: [...own, ...execArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#child.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if ('error' in reply) waiting?.reject(new Error(reply.error))
      else waiting?.resolve(reply.result)
    })
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        for (const { reject } of this.#waiting.values()) reject(new Error(`${name} ended with ${code ?? signal}`))
        this.#waiting.clear()
        resolve()
      })
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  call<K extends keyof M & string>(method: K, params: Params<M, K>): Promise<Result<M, K>> {
    if (!this.#child.connected) return Promise.reject(new Error('The process has ended.'))
    this.#calls += 1
    const call: Call = { id: this.#calls, method, params }
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, { resolve: (result) => resolve(result as Result<M, K>), reject })
      this.#child.send(call)
    })
  }

  /** Asks it to end by closing the channel; after five seconds it is ended. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await this.#ended
    clearTimeout(timer)
  }
}

/** In the process itself: answers calls until the channel closes, then `end` runs and the process with it. */
export const answer = <M extends Methods>(methods: M, end: () => Promise<void>): void => {
  process.on('message', ({ id, method, params }: Call) => {
    const run = async (): Promise<unknown> => methods[method]!(params as never)
    run().then(
      (result) => process.send?.({ id, result: result ?? null } satisfies Reply),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
    )
  })
  process.once('disconnect', () => void end().finally(() => process.exit(0)))
}
