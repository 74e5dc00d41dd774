/**
 * Parley as a library: no server, no socket; audio in, what was heard out.
 *
 *   node examples/library.mjs speech.wav
 */
import { createReadStream } from 'node:fs'
import { decodeAudio, listen, loadSettings, openEngines, silentLog } from 'parley'

const engines = openEngines(loadSettings(), silentLog)
const signal = new AbortController().signal
const format = { encoding: 'auto', sampleRate: 16_000, channels: 1 }
const { settings } = await engines.listenSettings({
  model: 'auto',
  format,
  settings: { finalBudgetMs: Number.POSITIVE_INFINITY },
  voiceProfile: true,
  gapMs: 0,
  inactivityMs: 0,
})

const frames = decodeAudio(createReadStream(process.argv[2]), { format, signal })
for await (const heard of listen(frames, { ...settings, signal, log: silentLog })) {
  if (heard.type === 'speech.started') console.log(`${heard.startMs} ms: speech`)
  if (heard.type === 'voice.profiled') {
    for (const { name, labels } of heard.traits) console.log(`  ${name}: ${labels[0].label} ${labels[0].confidence}`)
  }
  if (heard.type === 'transcript.final') console.log(heard.text)
}
await engines.close()
