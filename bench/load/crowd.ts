/** Many clients in one process: all sending at the pace of speech, whole sessions one after another, and their end. */
import type { WebSocket } from 'ws'

/** Everyone in turn, each every `everyMs`; `late` is told how late each sending was. Gives what stops it. */
export const pace = <T extends { readonly socket: WebSocket }>(
  everyone: readonly T[],
  everyMs: number,
  { send, late }: { readonly send: (one: T, now: number) => void; readonly late: (ms: number) => void },
): (() => void) => {
  const begun = performance.now()
  const stepMs = everyMs / everyone.length
  let next = 0
  let timer: NodeJS.Timeout | undefined
  const due = (): void => {
    const now = performance.now()
    for (; begun + next * stepMs <= now; next += 1) {
      const one = everyone[next % everyone.length]!
      late(now - begun - next * stepMs)
      if (one.socket.readyState === one.socket.OPEN) send(one, now)
    }
    timer = setTimeout(due, Math.max(1, begun + next * stepMs - performance.now()))
  }
  due()
  return () => clearTimeout(timer)
}

/** Ends all sockets and waits until they have ended. */
export const terminate = async (everyone: readonly { readonly socket: WebSocket }[]): Promise<void> => {
  await Promise.all(
    everyone.map(async ({ socket }) => {
      if (socket.readyState === socket.CLOSED) return
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.terminate()
      await closed
    }),
  )
}

/** So many sessions, so many at a time. `session` says whether it ended as it should; one that throws did not. */
export const churn = async (
  { count, parallel }: { readonly count: number; readonly parallel: number },
  session: () => Promise<boolean>,
): Promise<{ readonly failed: number }> => {
  let left = count
  let failed = 0
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      if (!(await session().catch(() => false))) failed += 1
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return { failed }
}
