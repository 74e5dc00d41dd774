/** The thread that runs YAMNet: a second of sound → scores of groups of sounds. */
import { readFile } from 'node:fs/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { groupScores } from '../shared/audio-set.ts'
import { answerQuestions } from '../shared/inference-thread.ts'
import { readLabels } from './labels.ts'
import { type Scores, type Sound, type ThreadData, windowSamples } from './messages.ts'

answerQuestions<ThreadData, Sound, Scores>(async ({ modelFile, labelsFile }) => {
  const labels = readLabels(await readFile(labelsFile, 'utf8'))
  const session = await InferenceSession.create(modelFile, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Errors are thrown; warnings are about how a file was made.
    logSeverityLevel: 3,
  })
  const [input] = session.inputMetadata
  if (!input?.isTensor) throw new Error('The model has no input.')
  // Converted by others, the model takes a sound of any length and gives scores for several windows of it.
  const shape = input.shape.length === 1 ? [windowSamples] : [1, windowSamples]
  return async ({ samples }) => {
    const sound = new Float32Array(windowSamples)
    sound.set(samples.subarray(0, windowSamples))
    const told = await session.run({ [input.name]: new Tensor('float32', sound, shape) })
    const scores = Object.values(told).find(({ dims }) => dims.at(-1) === labels.length)
    if (!scores) throw new Error(`The model gives no scores of the ${labels.length} sounds of ${labelsFile}.`)
    const values = scores.data as Float32Array
    const places = new Map(labels.map((label, place) => [label, place]))
    const mean = (place: number): number => {
      let sum = 0
      for (let at = place; at < values.length; at += labels.length) sum += values[at]!
      return (sum * labels.length) / values.length
    }
    const answer = groupScores((name) => {
      const place = places.get(name)
      return place === undefined ? undefined : mean(place)
    })
    return { answer }
  }
})
