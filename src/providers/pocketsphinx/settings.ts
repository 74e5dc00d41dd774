/** What an operator may set for PocketSphinx. */
import { z } from 'zod'

export const settings = z.strictObject({
  libraryDir: z
    .string()
    .optional()
    .describe('Folder of libpocketsphinx.so.3. Default: the system, then the cache folder.'),
  modelDir: z
    .string()
    .optional()
    .describe('Folder of the US English model. Default: the system, then the cache folder.'),
  processes: z.int().min(1).optional().describe('Child processes that are kept ready. Default: one per core.'),
  maxProcesses: z.int().min(1).optional().describe('Most child processes under load. Default: two per core.'),
  decodersPerProcess: z
    .int()
    .min(1)
    .default(5)
    .describe(
      'How many people may talk at the same time per process; a core keeps up with 3, with 6 when second passes are shed. 90 MB each.',
    ),
  secondPass: z.boolean().default(true).describe('Whether finals come from a second hearing of the whole utterance.'),
  hangMs: z.int().min(1000).default(10_000).describe('A process that does not answer for this long is replaced.'),
})

/** See `settings`. */
export type Settings = z.infer<typeof settings>
