/** A process for tests of voices: takes itself for sherpa-onnx, and hums as long as a text is. */
import { serveEngine } from '../../src/providers/shared/engine-child.ts'
import { mouth } from '../../src/providers/sherpa/mouth.ts'
import type { FromVoice, ToVoice, VoiceLoad } from '../../src/providers/sherpa/voice-messages.ts'

const sampleRate = 16_000

serveEngine<VoiceLoad, ToVoice, FromVoice>(async () =>
  mouth({
    sampleRate,
    numSpeakers: 2,
    async generateAsync({ text, sid, speed, onProgress }) {
      if (text.includes('Die.')) process.exit(1)
      if (text.includes('Fail.')) throw new Error('too hard')
      const letters = text.match(/\p{L}/gu)?.length ?? 0
      for (let step = 0; step < letters / 10; step += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        if (onProgress() === 0) break
      }
      const samples = new Float32Array(Math.round((letters * 0.05 * sampleRate) / speed))
      return { sampleRate, samples: samples.map((_, i) => 0.3 * Math.sin(i / (5 + 5 * sid))) }
    },
  }),
)
