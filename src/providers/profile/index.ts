/** Profile: what a voice is like, told by what ships with the server. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createSignalProfiler } from './engine.ts'

/** `profile/signal`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  voiceProfiler: (model) => {
    if (model !== '' && model !== 'signal')
      throw new VoiceError('unknown_model', `The voice profile has signal, not ${model}.`, { param: 'model' })
    return createSignalProfiler()
  },
})
