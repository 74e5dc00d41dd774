/** The thread that runs Silero: keeps each stream's state, runs what is waiting as one batch. */
import { answerQuestions } from '../shared/inference-thread.ts'
import { contextSamples, type Judged, type ToJudge, windowSamples } from './messages.ts'
import { inputSamples, openModel, stateSize } from './model.ts'

const batchLimit = 64

/** What the model remembers of a stream: its state, and the last samples that it was given. */
interface Memory {
  readonly state: Float32Array
  readonly context: Float32Array
}

answerQuestions<{ readonly modelFile: string }, ToJudge, Judged>(async ({ modelFile }) => {
  const model = await openModel(modelFile)
  const memories = new Map<number, Memory>()
  const input = new Float32Array(batchLimit * inputSamples)
  const state = new Float32Array(batchLimit * 2 * stateSize)

  const memoryOf = (stream: number): Memory => {
    let memory = memories.get(stream)
    if (!memory) {
      memory = { state: new Float32Array(2 * stateSize), context: new Float32Array(contextSamples) }
      memories.set(stream, memory)
    }
    return memory
  }

  /** Runs these windows, each of another stream, as one batch. */
  const run = async ({ streams, windows }: ToJudge, places: readonly number[], likelihoods: Float32Array) => {
    const count = places.length
    for (const [row, place] of places.entries()) {
      const { state: remembered, context } = memoryOf(streams[place]!)
      const window = windows.subarray(place * windowSamples, (place + 1) * windowSamples)
      input.set(context, row * inputSamples)
      input.set(window, row * inputSamples + contextSamples)
      state.set(remembered.subarray(0, stateSize), row * stateSize)
      state.set(remembered.subarray(stateSize), (count + row) * stateSize)
      context.set(window.subarray(windowSamples - contextSamples))
    }
    const { likelihoods: likelihood, state: after } = await model(count, input, state)
    for (const [row, place] of places.entries()) {
      const { state: remembered } = memoryOf(streams[place]!)
      remembered.set(after.subarray(row * stateSize, (row + 1) * stateSize))
      remembered.set(after.subarray((count + row) * stateSize, (count + row + 1) * stateSize), stateSize)
      likelihoods[place] = likelihood[row]!
    }
  }

  return async (request) => {
    const likelihoods = new Float32Array(request.streams.length)
    for (const places of rounds(request.streams)) await run(request, places, likelihoods)
    for (const stream of request.ended) memories.delete(stream)
    return { answer: { likelihoods }, transfer: [likelihoods.buffer] }
  }
})

/** Places of the windows, grouped into batches: a stream's windows depend on each other, so each batch has one of them at most. */
const rounds = (streams: Uint32Array): number[][] => {
  const batches: number[][] = []
  /** Stream → the first batch that its next window may be in. */
  const next = new Map<number, number>()
  for (const [place, stream] of streams.entries()) {
    let batch = next.get(stream) ?? 0
    while ((batches[batch]?.length ?? 0) >= batchLimit) batch += 1
    const places = batches[batch] ?? []
    batches[batch] = places
    places.push(place)
    next.set(stream, batch + 1)
  }
  return batches
}
