/** sherpa-onnx: modern recognizers, voices and models that tell what a voice is like and whose it is, each model in a process of its own. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { openEncoder } from './encoder.ts'
import { findEncoder, ownEncoder } from './encoder-model.ts'
import { openSherpa } from './engine.ts'
import { findModel, ownModel } from './model.ts'
import { openProfiler } from './profiler.ts'
import { findProfiler, ownProfiler } from './profiler-model.ts'
import { openVoice } from './voice.ts'
import { findVoice, ownVoice } from './voice-model.ts'

const settings = z.strictObject({
  models: z
    .record(z.string(), ownModel)
    .default({})
    .describe('Models in folders of your own, by the name after sherpa/.'),
  voices: z
    .record(z.string(), ownVoice)
    .default({})
    .describe('Voices in folders of your own, by the name after sherpa/.'),
  profilers: z
    .record(z.string(), ownProfiler)
    .default({})
    .describe('Models that tell what voices are like, in folders of your own, by the name after sherpa/.'),
  encoders: z
    .record(z.string(), ownEncoder)
    .default({})
    .describe('Models that tell speakers apart, in files of your own, by the name after sherpa/.'),
  threads: z
    .int()
    .min(1)
    .optional()
    .describe('Threads that a model computes with. Default: half of the cores, 4 at most.'),
  maxStreams: z.int().min(1).default(100).describe('How many people may talk to one model at the same time.'),
  batchMs: z.int().min(0).max(200).default(30).describe('How long audio waits so that streams are decoded together.'),
})

const threadsOf = (given: { readonly threads?: number | undefined }): number =>
  given.threads ?? Math.max(1, Math.min(4, availableParallelism() >> 1))

export default defineProvider({
  settings,
  speechToText: async (id, given, { cacheDir, log }) =>
    openSherpa(await findModel(id, { own: given.models, cacheDir, threads: threadsOf(given) }), given, log),
  voiceProfiler: async (id, given, { cacheDir, log }) =>
    openProfiler(await findProfiler(id, { own: given.profilers, cacheDir, threads: threadsOf(given) }), given, log),
  speakerEncoder: async (id, given, { cacheDir, log }) =>
    openEncoder(await findEncoder(id, { own: given.encoders, cacheDir, threads: threadsOf(given) }), given, log),
  textToSpeech: async (id, given, { cacheDir, log }) =>
    openVoice(await findVoice(id, { own: given.voices, cacheDir, threads: threadsOf(given) }), given, log),
})
