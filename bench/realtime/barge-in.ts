/** `realtime --only barge-in`: how soon a reply falls silent when the user speaks over it. */
import { figure, progress, progressDone, type Table } from '../report.ts'
import { freeEngines, talk } from './pair.ts'

const counts = [1, 20]

export const bargeIn = async (options: { readonly seconds: number }): Promise<Table> => {
  try {
    const measured = []
    for (const count of counts) {
      progress(`barge-in: ${count} conversations`)
      measured.push(await talk({ ...freeEngines, languageModel: 'bench/endless' }, count, options.seconds))
    }
    const ms = (value: number): string => figure(value)
    return {
      title: 'Barge-in, ms',
      columns: [
        ...['conversations', 'interrupted', 'decision → last audio p50', 'p95', 'decision → done p50', 'p95'],
        ...['stale bytes', 'onset → decision p50', 'p95'],
      ],
      rows: measured.map(({ count, told: { cancelled, lastAudioMs, doneMs, onsetMs, staleBytes } }) => [
        ...[String(count), String(cancelled), ms(lastAudioMs.p50), ms(lastAudioMs.p95), ms(doneMs.p50), ms(doneMs.p95)],
        ...[String(staleBytes), ms(onsetMs.p50), ms(onsetMs.p95)],
      ]),
      method: [
        `A model that never stops talking, a voice that costs nothing; people as in answers, for ${options.seconds} s. The decision is the arrival of \`input_audio_buffer.speech_started\`; the last audio is the last \`response.output_audio.delta\` of that reply after it (0 where none came), and done its \`response.done\`. Aim: last audio p50 at most 10 ms, p95 at most 30, no stale bytes.`,
        'Onset: when the first sample of speech was spoken, so it holds the 100 ms that the client collects before it sends, the network and the gate, which wants 100 ms of speech.',
        ...measured.flatMap(({ told }) => (told.failures.length > 0 ? [told.failures.join('; ')] : [])),
      ],
      data: measured,
    }
  } finally {
    progressDone()
  }
}
