/** A thread for tests of threads: echoes, adds up, fails or dies as it is told. */
import { answerQuestions } from '../../src/providers/shared/inference-thread.ts'

/** What to do with what was asked. */
export type EchoRequest =
  | { readonly do: 'add'; readonly values: Float32Array }
  | { readonly do: 'fail'; readonly message: string }
  | { readonly do: 'die' }
  | { readonly do: 'crash' }

answerQuestions<{ readonly start: number }, EchoRequest, number>(async ({ start }) => {
  if (start < 0) throw new Error('cannot start below 0')
  let sum = start
  return async (request) => {
    switch (request.do) {
      case 'add':
        for (const value of request.values) sum += value
        return { answer: sum }
      case 'fail':
        throw new Error(request.message)
      case 'die':
        return process.exit(1)
      case 'crash':
        setImmediate(() => {
          throw new Error('out of its mind')
        })
        return new Promise(() => {})
    }
  }
})
