/** Sounds that are no words, by group, and other words for them. */

/** Every sound that has a name. */
export const soundGroups = {
  breath: ['breathe', 'sigh', 'gasp', 'pant', 'huff', 'grunt', 'groan', 'moan'],
  laughter: ['laugh', 'chuckle', 'giggle', 'cackle', 'snort', 'scoff'],
  distress: ['cry', 'sob', 'wail', 'whimper', 'whine', 'sniffle', 'sniff', 'shriek', 'squeal', 'howl'],
  throat: [
    ...(['clear throat', 'cough', 'sneeze', 'hiccup', 'yawn', 'burp', 'snore', 'choke', 'gag'] as const),
    ...(['swallow', 'gulp', 'spit'] as const),
  ],
  mouth: [
    ...(['tongue click', 'mouth click', 'mouth sound', 'lip smack', 'kiss', 'shush', 'raspberry', 'whistle'] as const),
    'bleh',
  ],
  eating: ['chew', 'slurp'],
  other: ['babble', 'beatbox', 'growl', 'hmm'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Forms that no rule makes. */
export const otherForms: Readonly<Record<string, readonly string[]>> = {
  breathe: [
    'breath',
    'breaths',
    'inhale',
    'inhales',
    'exhale',
    'exhales',
    'deep breath',
    'takes a breath',
    'take a breath',
  ],
  laugh: ['laughter', 'haha', 'ha ha', 'lol'],
  cry: ['cries', 'cried'],
  spit: ['spat'],
  cackle: ['cackling'],
  'tongue click': ['clicks tongue', 'click tongue', 'tongue clicking'],
  'lip smack': ['smacks lips', 'smack lips', 'lip smacking'],
  hiccup: ['hiccough', 'hiccupping', 'hiccupped'],
  shush: ['shh', 'shhh'],
  hmm: ['hm', 'mm', 'mmm', 'hmmm'],
}
