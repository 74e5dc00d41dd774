/** Turns as text: numbers, addresses, fillers, backchannels and the like, and whether each is over. None is trained on. */

/** What was said before a pause. */
export interface ScriptedCase {
  readonly kind: string
  readonly text: string
  readonly complete: boolean
}

const cases: Readonly<Record<string, { readonly whole: readonly string[]; readonly open: readonly string[] }>> = {
  digits: {
    whole: [
      'yes the best number for me is four one five eight two two nine zero three six',
      'you can reach me at oh two oh seven nine four six zero one eight two',
      'the zip is nine four one one oh',
      'my pin would be eight eight one three',
      'four one five, five five five, two six seven one',
    ],
    open: [
      'yes the best number for me is four one five',
      'you can reach me at oh two oh seven nine four six',
      'the zip is nine four',
      'my card starts with four five three two eight eight',
      'four one five, five five five',
      'area code six one seven',
      'the account number is double two nine',
      'my number is 415-55',
    ],
  },
  'spelled and addresses': {
    whole: [
      'you can write to anna dot smith at gmail dot com',
      'the email would be bob at example dot org',
      'send it to twelve elm street',
      'my last name is spelled k o w a l s k i',
    ],
    open: [
      'you can write to anna dot smith at',
      'the email is bob dot jones at gmail',
      'my email is b o b',
      'it is spelled k o',
      'we live at two twenty one',
      'my address is forty five north',
      'it is going to be w w w dot',
    ],
  },
  fillers: {
    whole: ['um yes', 'well i guess that is fine', 'uh the blue one please'],
    open: [
      'um',
      'i would like uh',
      'so i was thinking um',
      'the meeting is on let me see',
      'yeah so',
      'well you know',
      'book a room for hmm',
      'give me one second',
    ],
  },
  'short answers and backchannels': {
    whole: [
      'yeah',
      'uh huh',
      'no thank you',
      'sure',
      'that is right',
      'sounds good to me',
      'not today',
      'two please',
      'okay',
      'mm hmm',
    ],
    open: ['yeah but', 'no because', 'okay and', 'sure if'],
  },
  questions: {
    whole: [
      'what is the weather like tomorrow',
      'how do i reset my password',
      'could you repeat that',
      'when does the next train leave',
      'do you have anything cheaper',
      'who won the game last night',
    ],
    open: ['what is the', 'how do i', 'could you', 'when does the next', 'do you have any', 'can you tell me whether'],
  },
  statements: {
    whole: [
      'i want to cancel my subscription',
      'turn off the lights in the kitchen',
      'my flight was delayed by three hours',
      'we moved here last year',
      'i have a question about my bill',
      'remind me to call mom at six',
    ],
    open: [
      'i want to cancel my subscription because',
      'turn off the lights in the',
      'my flight was delayed and',
      'we moved here from',
      'i have a question about my',
      'remind me to call mom when',
      'the reason that i am calling is',
      'i was wondering if you could',
      'first of all i',
    ],
  },
}

/** All of them. */
export const scriptedCases: readonly ScriptedCase[] = Object.entries(cases).flatMap(([kind, { whole, open }]) => [
  ...whole.map((text) => ({ kind, text, complete: true })),
  ...open.map((text) => ({ kind, text, complete: false })),
])
