/** Names of the speakers in a model that has many. */
import type { Voice } from '../../engines/text-to-speech.ts'

/** Kokoro's, in the order of their numbers. The first letter tells the language, the second the sex. */
const kokoro: readonly (readonly string[])[] = [
  'af af_bella af_nicole af_sarah af_sky am_adam am_michael bf_emma bf_isabella bm_george bm_lewis'.split(' '),
  (
    'af_alloy af_aoede af_bella af_heart af_jessica af_kore af_nicole af_nova af_river af_sarah af_sky am_adam am_echo ' +
    'am_eric am_fenrir am_liam am_michael am_onyx am_puck am_santa bf_alice bf_emma bf_isabella bf_lily bm_daniel ' +
    'bm_fable bm_george bm_lewis ef_dora em_alex ff_siwis hf_alpha hf_beta hm_omega hm_psi if_sara im_nicola jf_alpha ' +
    'jf_gongitsune jf_nezumi jf_tebukuro jm_kumo pf_dora pm_alex pm_santa zf_xiaobei zf_xiaoni zf_xiaoxiao zf_xiaoyi ' +
    'zm_yunjian zm_yunxi zm_yunxia zm_yunyang'
  ).split(' '),
]
const tags: Readonly<Record<string, string>> = {
  ...{ a: 'en-US', b: 'en-GB', e: 'es-ES', f: 'fr-FR', h: 'hi-IN', i: 'it-IT', j: 'ja-JP', p: 'pt-BR', z: 'zh-CN' },
}

/** The voices of a model; those without a name go by their number. The place in the list is the number. */
export const speakersOf = (model: string, count: number, languages: readonly string[], goodFor: string): Voice[] => {
  const names = /^kokoro/.test(model) ? kokoro.find(({ length }) => length === count) : undefined
  return Array.from({ length: Math.max(1, count) }, (_, number): Voice => {
    const id = names?.[number] ?? String(number)
    const [language = '', sex] = names ? id : ''
    return {
      id,
      name: names ? id : `${model} ${number}`,
      languages: tags[language] ? [tags[language]] : languages,
      ...(sex === 'f' || sex === 'm' ? { gender: sex === 'f' ? 'female' : 'male' } : {}),
      description: `${goodFor}. Not heard here.`,
    }
  })
}
