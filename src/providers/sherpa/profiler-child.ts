/** The process in which one model of sherpa-onnx tells what voices are like. */
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { VoiceError } from '../../errors.ts'
import { serveEngine } from '../shared/engine-child.ts'
import { profilerEyes } from './profiler-eyes.ts'
import type { ProfilerLoad, Seen, ToProfiler } from './profiler-messages.ts'
import { loadSherpa } from './sherpa.ts'

serveEngine<ProfilerLoad, ToProfiler, Seen>(async (load) => {
  for (const file of load.files) {
    await access(file).catch((error: unknown) => {
      throw new VoiceError('unavailable', `The model ${load.id} lacks its file ${basename(file)}.`, { cause: error })
    })
  }
  const sherpa = loadSherpa()
  try {
    return await profilerEyes(load, sherpa)
  } catch (error) {
    throw new VoiceError('unavailable', `sherpa-onnx cannot load the model ${load.id}.`, { cause: error })
  }
})
