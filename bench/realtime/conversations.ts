/** `realtime --only conversations`: how many conversations one core carries when the engines are elsewhere. */
import { figure, progress, progressDone, type Table } from '../report.ts'
import { talk } from './pair.ts'

const engines = { speechToText: 'bench/free', languageModel: 'bench/remote', textToSpeech: 'bench/remote' }
/** What the engines themselves take to the first audio: 300 ms to the first word, words to the first clause, 150 ms. */
const enginesMs = 475

export const conversations = async (options: {
  readonly counts: readonly number[]
  readonly seconds: number
}): Promise<Table> => {
  try {
    const measured = []
    for (const count of options.counts) {
      progress(`conversations: ${count}`)
      measured.push(await talk(engines, count, options.seconds))
    }
    return {
      title: 'Conversations per core',
      columns: [
        ...['conversations', 'CPU, cores', 'per core', 'first audio p50, ms', 'p99'],
        ...['event loop p99, ms', 'clients late p99, ms', 'replies'],
      ],
      rows: measured.map(({ count, cost, told }) => {
        const cores = cost.cpuSeconds / cost.seconds
        return [
          ...[String(count), figure(cores, 2), figure(count / cores, 0)],
          ...[told.answerMs.p50, told.answerMs.p99, cost.eventLoopMs.p99, told.clientLateMs.p99].map((value) =>
            figure(value),
          ),
          String(told.replies),
        ]
      }),
      method: [
        `Engines simulated at the pace of remote ones: recognizer at once, model 300 ms to its first word and 40 words a second, voice 150 ms to the first audio of a clause and three times as fast as it is heard. Voice activity is real, in the server. People as in answers, for ${options.seconds} s.`,
        'CPU: all threads of the server’s process; the clients have one of their own on the same machine. Per core: conversations divided by cores used. Aim: at least 100; the best known orchestrator plans 6.',
        `First audio: from the decision that the turn is over; about ${enginesMs} ms of it are the engines’.`,
        ...measured.flatMap(({ count, told }) =>
          told.failures.length > 0 || told.open < count
            ? [`${count}: ${told.open} open at the end. ${told.failures.join('; ')}`]
            : [],
        ),
      ],
      data: measured,
    }
  } finally {
    progressDone()
  }
}
