/** PocketSphinx: the embedded recognizer, for machines without a modern model. */
import { defineProvider } from '../../engines/registry.ts'
import { VoiceError } from '../../errors.ts'
import { openPocketSphinx } from './engine.ts'
import { settings } from './settings.ts'

export default defineProvider({
  settings,
  speechToText: (model, given, surroundings) => {
    if (model === '' || model === 'en-us') return openPocketSphinx(given, surroundings)
    throw new VoiceError('unknown_model', `PocketSphinx has no model ${model}: it has en-us.`, { param: 'model' })
  },
})
