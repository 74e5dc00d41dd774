/** The child process: streaming decoders in its main thread, second passes in another. */
import { serveEngine } from '../shared/engine-child.ts'
import { Decoder, streamingOptions, wholeOptions } from './decoder.ts'
import { DecoderJob } from './decoder-job.ts'
import { Decoders } from './decoders.ts'
import { bind } from './library.ts'
import type { DecoderLoad, FromDecoder, ToDecoder } from './messages.ts'
import { SecondPass } from './second-pass.ts'

// Each is 70 MB.
const maxVocabularies = { streaming: 1, whole: 4 }

serveEngine<DecoderLoad, ToDecoder, FromDecoder>(async ({ libraryDir, modelDir, spare, secondPass }) => {
  const library = bind(libraryDir)
  const create = (): Promise<Decoder> => Decoder.create(library, modelDir, streamingOptions, maxVocabularies.streaming)
  const [whole, ...free] = await Promise.all([
    secondPass ? Decoder.create(library, modelDir, wholeOptions, maxVocabularies.whole) : undefined,
    ...Array.from({ length: spare }, create),
  ])
  const decoders = new Decoders(create, free)
  const passes = whole && new SecondPass(whole)
  return { open: (send) => new DecoderJob(decoders, passes, send) }
})
