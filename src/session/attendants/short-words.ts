/** What is said in passing, by language: while somebody speaks, and while an answer is long in coming. */

interface ShortWords {
  readonly backchannels: readonly string[]
  readonly fillers: readonly string[]
}

const words: Readonly<Record<string, ShortWords>> = {
  en: {
    backchannels: ['mm-hm', 'uh-huh', 'right', 'I see', 'okay'],
    fillers: ['Let me think.', 'One moment.', 'Okay, let me see.', 'Good question.'],
  },
  de: {
    backchannels: ['mhm', 'ja', 'verstehe', 'okay', 'genau'],
    fillers: ['Einen Moment.', 'Lass mich kurz überlegen.', 'Mal sehen.'],
  },
  es: {
    backchannels: ['ajá', 'sí', 'claro', 'ya veo', 'vale'],
    fillers: ['Un momento.', 'Déjame pensar.', 'Vamos a ver.'],
  },
  fr: {
    backchannels: ['hum hum', 'oui', 'je vois', "d'accord"],
    fillers: ['Un instant.', 'Laisse-moi réfléchir.', 'Voyons voir.'],
  },
  it: {
    backchannels: ['mm-hm', 'sì', 'certo', 'capisco'],
    fillers: ['Un momento.', 'Fammi pensare.', 'Vediamo.'],
  },
  pt: {
    backchannels: ['aham', 'sim', 'certo', 'entendo'],
    fillers: ['Um momento.', 'Deixa eu pensar.', 'Vamos ver.'],
  },
}

const none: ShortWords = { backchannels: [], fillers: [] }

/** In a BCP-47 language; English where it is empty. */
export const shortWords = (language: string): ShortWords =>
  words[language === '' ? 'en' : language.split('-', 1)[0]!.toLowerCase()] ?? none
