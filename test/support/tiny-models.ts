/** Models for sherpa-onnx that always say the same: enough to load and to be asked, with nothing learnt in them. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Weights, writeModel } from '../../src/providers/shared/onnx.ts'

const floats = (name: string, shape: readonly number[], values: readonly number[] = []): Weights => ({
  name,
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => values[i] ?? 0),
})

/** CED as sherpa-onnx has it: these sounds have these scores, whatever is heard. */
export const writeTagger = async (dir: string, sounds: Readonly<Record<string, number>>): Promise<object> => {
  await mkdir(dir, { recursive: true })
  const scores = Object.values(sounds)
  const model = writeModel({
    inputs: { x: [-1, 64, -1] },
    outputs: { scores: [1, scores.length] },
    weights: [floats('constant', [1, scores.length], scores)],
    numbers: {},
    steps: [{ operator: 'Identity', inputs: ['constant'], outputs: ['scores'] }],
  })
  await writeFile(join(dir, 'model.onnx'), model)
  const rows = Object.keys(sounds).map((name, index) => `${index},/m/${index},"${name}"\n`)
  await writeFile(join(dir, 'labels.csv'), `index,mid,display_name\n${rows.join('')}`)
  return { class: 'AudioTagging', model: { ced: 'model.onnx' }, labels: 'labels.csv', topK: 5 }
}

/** SenseVoice: it hears these tags and this one word in everything of up to half a minute. */
export const writeSenseVoice = async (
  dir: string,
  { language, emotion, event, word }: Readonly<Record<'language' | 'emotion' | 'event' | 'word', string>>,
): Promise<object> => {
  await mkdir(dir, { recursive: true })
  const tokens = ['<blank>', `<|${language}|>`, `<|${emotion}|>`, `<|${event}|>`, '<|woitn|>', `▁${word}`]
  const steps = 600
  // One token after the other, then blanks.
  const logits = Array.from({ length: steps }, (_, step) =>
    tokens.map((_, token) => (token === (step + 1 < tokens.length ? step + 1 : 0) ? 1 : 0)),
  )
  const width = 80 * 7
  const model = writeModel({
    inputs: { x: [-1, -1, width], x_length: [-1], language: [-1], text_norm: [-1] },
    whole: { x_length: 32, language: 32, text_norm: 32 },
    outputs: { logits: [1, steps, tokens.length] },
    weights: [floats('constant', [1, steps, tokens.length], logits.flat())],
    numbers: {},
    steps: [{ operator: 'Identity', inputs: ['constant'], outputs: ['logits'] }],
    metadata: {
      comment: 'always the same',
      vocab_size: `${tokens.length}`,
      lfr_window_size: '7',
      lfr_window_shift: '6',
      normalize_samples: '0',
      with_itn: '14',
      without_itn: '15',
      lang_auto: '0',
      lang_zh: '3',
      lang_en: '4',
      lang_ja: '11',
      lang_ko: '12',
      lang_yue: '7',
      neg_mean: new Array(width).fill('0').join(','),
      inv_stddev: new Array(width).fill('1').join(','),
    },
  })
  await writeFile(join(dir, 'model.onnx'), model)
  await writeFile(join(dir, 'tokens.txt'), tokens.map((token, index) => `${token} ${index}\n`).join(''))
  const modelConfig = { senseVoice: { model: 'model.onnx', useInverseTextNormalization: 0 }, tokens: 'tokens.txt' }
  return { class: 'OfflineRecognizer', modelConfig }
}

/** Whisper, as far as it tells languages: it takes everything for the last of these. */
export const writeWhisper = async (dir: string, languages: readonly string[]): Promise<object> => {
  await mkdir(dir, { recursive: true })
  const first = 10
  const vocabulary = first + languages.length
  const cross = { n_layer_cross_k: [1, 1, 2, 2], n_layer_cross_v: [1, 1, 2, 2] }
  const cache = [1, 1, 4, 2]
  const encoder = writeModel({
    inputs: { mel: [-1, 80, -1] },
    outputs: cross,
    weights: [floats('zeros', [1, 1, 2, 2])],
    numbers: {},
    steps: Object.keys(cross).map((name) => ({ operator: 'Identity', inputs: ['zeros'], outputs: [name] })),
    metadata: {
      model_type: 'whisper-tiny',
      n_mels: '80',
      n_text_layer: '1',
      n_text_ctx: '4',
      n_text_state: '2',
      n_vocab: `${vocabulary}`,
      sot: '1',
      eot: '2',
      blank_id: '3',
      translate: '4',
      transcribe: '5',
      is_multilingual: '1',
      no_timestamps: '6',
      no_speech: '7',
      sot_sequence: '1,10,5',
      all_language_tokens: languages.map((_, index) => first + index).join(','),
      all_language_codes: languages.join(','),
    },
  })
  const logits = Array.from({ length: vocabulary }, (_, token) => token)
  const decoder = writeModel({
    inputs: { tokens: [-1, -1], self_k: cache, self_v: cache, ...cross, offset: [1] },
    whole: { tokens: 64, offset: 64 },
    outputs: { logits: [1, 1, vocabulary], out_self_k: cache, out_self_v: cache },
    weights: [floats('constant', [1, 1, vocabulary], logits)],
    numbers: {},
    steps: [
      { operator: 'Identity', inputs: ['constant'], outputs: ['logits'] },
      { operator: 'Identity', inputs: ['self_k'], outputs: ['out_self_k'] },
      { operator: 'Identity', inputs: ['self_v'], outputs: ['out_self_v'] },
    ],
  })
  await writeFile(join(dir, 'encoder.onnx'), encoder)
  await writeFile(join(dir, 'decoder.onnx'), decoder)
  return { class: 'SpokenLanguageIdentification', whisper: { encoder: 'encoder.onnx', decoder: 'decoder.onnx' } }
}
