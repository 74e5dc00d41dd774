/** The child's side of an engine process: loads the engine, hands messages to its jobs, ends with the parent. */
import { asVoiceError } from '../../errors.ts'
import type { FromChild, ToChild } from './engine-messages.ts'

/** One piece of work: takes messages in order until it is closed. */
export interface ChildJob<In> {
  take(message: In): void
  close(): void
}

/** An engine as it runs in the child: opens jobs, which answer through `send`. */
export interface ChildEngine<In, Out> {
  open(send: (message: Out) => void): ChildJob<In>
}

/** Makes this process serve an engine. `load` is given what the parent's pool was set up with. */
export const serveEngine = <Load, In, Out>(load: (load: Load) => Promise<ChildEngine<In, Out>>): void => {
  const send = (message: FromChild): void => {
    if (process.connected) process.send?.(message)
  }
  // The parent ends its children by closing the channel, and its death closes it too. Signals to the process group are
  // the parent's business. Killing oneself skips exit handlers, which would race native threads still at work.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

  const jobs = new Map<number, ChildJob<In>>()
  const handle = (engine: ChildEngine<In, Out>, message: ToChild): void => {
    switch (message.type) {
      case 'load':
        return
      case 'ping':
        send({ type: 'pong', ping: message.ping })
        return
      case 'open':
        jobs.set(
          message.job,
          engine.open((answer) => send({ type: 'message', job: message.job, message: answer })),
        )
        return
      case 'message':
        jobs.get(message.job)?.take(message.message as In)
        return
      case 'close':
        jobs.get(message.job)?.close()
        jobs.delete(message.job)
        return
      default:
        message satisfies never
    }
  }

  let engine: ChildEngine<In, Out> | undefined
  const early: ToChild[] = []
  process.on('message', (message: ToChild) => {
    if (engine) handle(engine, message)
    else if (message.type !== 'load') early.push(message)
    else {
      load(message.load as Load).then(
        (loaded) => {
          engine = loaded
          send({ type: 'loaded' })
          for (const waiting of early.splice(0)) handle(loaded, waiting)
        },
        (error: unknown) => {
          const { code, message: text } = asVoiceError(error)
          send({ type: 'failed', code, message: text })
        },
      )
    }
  })
}
