/** sherpa-onnx: modern recognizers, each model in a process of its own. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { openSherpa } from './engine.ts'
import { findModel, ownModel } from './model.ts'

const settings = z.strictObject({
  models: z
    .record(z.string(), ownModel)
    .default({})
    .describe('Models in folders of your own, by the name after sherpa/.'),
  threads: z
    .int()
    .min(1)
    .optional()
    .describe('Threads that a model computes with. Default: half of the cores, 4 at most.'),
  maxStreams: z.int().min(1).default(100).describe('How many people may talk to one model at the same time.'),
  batchMs: z.int().min(0).max(200).default(30).describe('How long audio waits so that streams are decoded together.'),
})

export default defineProvider({
  settings,
  speechToText: async (id, given, { cacheDir, log }) => {
    const threads = given.threads ?? Math.max(1, Math.min(4, availableParallelism() >> 1))
    return openSherpa(await findModel(id, { own: given.models, cacheDir, threads }), given, log)
  },
})
