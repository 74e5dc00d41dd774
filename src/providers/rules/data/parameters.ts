/** What names of parameters tell about their value and where it stands in a sentence. */

/** A kind of text parameter: words of its name, and the words that its value follows, best first. */
export interface Slot {
  readonly named: RegExp
  readonly cues: readonly string[]
  /** Everything to the end of the utterance belongs to it. */
  readonly takesAll?: true
  /** It is written with capitals. */
  readonly isName?: true
}

/** The first whose name fits is the one. */
export const slots: readonly Slot[] = [
  { named: /^(?:from|origin|source|start|departure)\b/, cues: ['from'], isName: true },
  { named: /^(?:to|destination|target|arrival)\b/, cues: ['to', 'into', 'for'], isName: true },
  {
    named: /\b(?:city|location|place|address|country|town|region|state|area|where|street|zone)\b/,
    cues: ['in', 'at', 'near', 'for', 'around', 'of', 'from', 'to', 'on'],
    isName: true,
  },
  {
    named:
      /\b(?:message|text|body|content|note|query|question|title|task|subject|reason|description|prompt|comment|sentence|expression)\b/,
    cues: ['saying', 'that', 'about', 'to', 'for', 'called', 'named', 'of'],
    takesAll: true,
  },
  {
    named: /\b(?:name|person|contact|recipient|user|customer|who|friend|artist|author)\b/,
    cues: ['named', 'called', 'to', 'for', 'with', 'by', 'of'],
    isName: true,
  },
  { named: /./, cues: ['called', 'named', 'of', 'for', 'about', 'with', 'in', 'on', 'to', 'at', 'from'] },
]

/** Days that are said → days from today. */
export const relativeDays: Readonly<Record<string, number>> = { today: 0, tonight: 0, tomorrow: 1, yesterday: -1 }

/** What makes a switch off, and a wish none. */
export const denies = /^(?:no|nope|not|without|off|close|disable|disabled|false|never)$/
