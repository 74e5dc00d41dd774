/** `realtime --only answers`: from the end of a turn to the first audio of the answer. */
import { figure, progress, progressDone, type Table } from '../report.ts'
import { type EngineIds, freeEngines, talk } from './pair.ts'

const rows: readonly { readonly what: string; readonly count: number; readonly engines: EngineIds }[] = [
  { what: 'our own share, 1 conversation', count: 1, engines: freeEngines },
  { what: 'our own share, 20 conversations', count: 20, engines: freeEngines },
  {
    what: 'embedded agent and voice, 3 conversations',
    count: 3,
    engines: { speechToText: 'bench/free', languageModel: 'parley/rules', textToSpeech: 'auto' },
  },
  {
    what: 'everything embedded, 1 conversation',
    count: 1,
    engines: { speechToText: 'auto', languageModel: 'parley/rules', textToSpeech: 'auto' },
  },
]

export const answers = async (options: { readonly seconds: number }): Promise<Table> => {
  try {
    const measured = []
    for (const { what, count, engines } of rows) {
      progress(`answers: ${what}`)
      measured.push({ what, engines, ...(await talk(engines, count, options.seconds)) })
    }
    return {
      title: 'End of turn to first audio, ms',
      columns: ['what', 'turns', 'p50', 'p95', 'p99', 'clients late p99'],
      rows: measured.map(({ what, told: { answerMs, clientLateMs } }) => [
        what,
        String(answerMs.count),
        ...[answerMs.p50, answerMs.p95, answerMs.p99, clientLateMs.p99].map((value) => figure(value)),
      ]),
      method: [
        `Real sockets; people who talk for 5 s and listen for 9, at the pace of speech, for ${options.seconds} s after 15 s to warm up. From the arrival of \`input_audio_buffer.committed\` (the decision that the turn is over, 500 ms of silence after it was) to that of the first \`response.output_audio.delta\`.`,
        'Our own share: recognizer, language model and voice answer at once. Aim: p50 at most 15 ms, p99 at most 50.',
        'Embedded agent and voice: `parley/rules` and flite, recognizer at once. Aim: p50 at most 150 ms. With PocketSphinx too its second hearing adds up to the 500 ms that it may take.',
        ...measured.flatMap(({ what, told }) =>
          told.failures.length > 0 ? [`${what}: ${told.failures.join('; ')}.`] : [],
        ),
      ],
      data: measured,
    }
  } finally {
    progressDone()
  }
}
