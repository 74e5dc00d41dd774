/** A thread for tests of threads: hangs or dies the first times that it is asked, doubles numbers after that. */
import { parentPort, workerData } from 'node:worker_threads'

const tries = new Int32Array(workerData.tries)
parentPort.postMessage('ready')
parentPort.on('message', (value) => {
  if (Atomics.add(tries, 0, 1) < workerData.troubles) {
    if (workerData.trouble === 'die') process.exit(1)
    for (;;);
  }
  if (value < 0) parentPort.postMessage({ error: new Error('below 0') })
  else parentPort.postMessage({ result: value * 2 })
})
