/** The thread in which flite runs: its calls block, and not every text is sure to end. */
import { parentPort, workerData } from 'node:worker_threads'
import { Flite } from './flite.ts'
import type { Said, Saying } from './messages.ts'
import { createSayer } from './say.ts'

const port = parentPort
if (!port) throw new Error('This module is the entry of a worker thread.')
const flite = new Flite(workerData.module)
const say = createSayer(flite)

const answered = (saying: Saying): { readonly result: Said } | { readonly error: unknown } => {
  try {
    return { result: say(saying) }
  } catch (error) {
    return { error }
  }
}

// The first run compiles what it uses: better now than when somebody waits.
answered({ voice: 'slt', stretch: 1, says: ['Yes.'] })
flite.prepare()
port.postMessage('ready')
port.on('message', (saying: Saying) => {
  const answer = answered(saying)
  port.postMessage(answer, 'result' in answer ? [answer.result.samples.buffer as ArrayBuffer] : [])
  flite.prepare()
})
