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

/** Strings that are digits, days, hours, addresses. */
export const namesDigits = /\b(?:id|number|code|zip|phone|pin|postal|order)\b/
export const namesDay = /\b(?:date|day|when|deadline|birthday)\b/
export const namesHour = /\b(?:time|hour|when)\b/
export const namesMail = /\b(?:e?mail|recipient|to)\b/

/** Switches, and how they are switched. */
export const namesSwitch = /\b(?:on|enabled|enable|state|active|power|open)\b/
export const switches = /^(?:on|off|open|close|enable|disable)$/
export const isOn = /^(?:on|open|enable)$/
export const agrees = /^(?:yes|yeah|yep|sure|true|on|ok|okay|please|correct|right)$/
export const denies = /^(?:no|nope|not|without|off|disable|disabled|false|never)$/

/** The unit that a number is wanted in. */
export const namesDuration = /\b(?:milliseconds?|seconds?|minutes?|hours?|days?)\b/
