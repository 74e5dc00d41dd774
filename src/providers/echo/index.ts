/** Echo: tells the sound of replies that comes back through a microphone; ships with the server. */
import { z } from 'zod'
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { createEchoGuard } from './engine.ts'

/** `echo/embedded`, or the name alone. */
export default defineProvider({
  settings: z.strictObject({}),
  echoGuard: (model) => {
    if (model !== '' && model !== 'embedded')
      throw new VoiceError('unknown_model', `Echo has embedded, not ${model}.`, { param: 'model' })
    return createEchoGuard()
  },
})
