/** An engine process for tests of the pool: it answers what it is told, and breaks on demand. */
import { VoiceError } from '../../src/errors.ts'
import { serveEngine } from '../../src/providers/shared/engine-child.ts'

/** What the engine can be told. */
export type EchoIn = { readonly say: string } | { readonly crash: true } | { readonly blockMs: number }

serveEngine<{ readonly fails?: string; readonly crashes?: boolean }, EchoIn, string>(async ({ fails, crashes }) => {
  if (crashes) process.exit(3)
  if (fails) throw new VoiceError('unavailable', fails)
  return {
    open: (send) => ({
      take: (message) => {
        if ('say' in message) send(message.say)
        else if ('crash' in message) process.exit(1)
        else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, message.blockMs)
      },
      close: () => {},
    }),
  }
})
