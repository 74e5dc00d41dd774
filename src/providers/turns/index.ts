/** Turns: tells whether a speaker who pauses has finished; ships with the server. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createEmbeddedTurns } from './engine.ts'

/** `turns/embedded`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  turnDetector: (model) => {
    if (model !== '' && model !== 'embedded')
      throw new VoiceError('unknown_model', `The end of turns has embedded, not ${model}.`, { param: 'model' })
    return createEmbeddedTurns()
  },
})
