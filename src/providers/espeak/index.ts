/** espeak-ng: voices of a hundred languages, from a program on this machine. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { openEspeak } from './engine.ts'
import { find } from './find.ts'

const settings = z.strictObject({
  command: z.string().optional().describe('The program espeak-ng, where it is not on the path.'),
  processes: z.int().min(1).max(64).default(4).describe('How many texts are spoken at the same time; others wait.'),
})

/** `espeak/ng`, or the name alone. */
export default defineProvider({
  settings,
  textToSpeech: (model, { command, processes }, { cacheDir }) => {
    if (model !== '' && model !== 'ng')
      throw new VoiceError('unknown_model', `espeak has ng, not ${model}.`, { param: 'model' })
    return openEspeak(find(cacheDir, command), processes)
  },
})
