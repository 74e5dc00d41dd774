/**
 * Parley as a library: text in, bit by bit, as a language model writes it; speech out.
 *
 *   node examples/speak.mjs speech.wav
 */
import { writeFile } from 'node:fs/promises'
import { loadSettings, openEngines, silentLog, speak, writeWav } from 'parley'

const engines = openEngines(loadSettings(), silentLog)
const { engine, voice } = await engines.voice({ voice: '', model: '', language: 'en' })
const signal = new AbortController().signal

async function* written() {
  for (const bit of ['Of cou', 'rse, I c', 'an. ', '**Go for', 'ward** ten ', 'meters', '.']) yield bit
}

const samples = []
for await (const spoken of speak(written(), { engine, voice, signal, log: silentLog })) {
  if (spoken.type === 'word') console.log(`${Math.round(spoken.startMs)} ms: ${spoken.text}`)
  if (spoken.type === 'audio') samples.push(...spoken.frame.samples)
}
await writeFile(process.argv[2], writeWav(Float32Array.from(samples), engine.sampleRate))
await engines.close()
