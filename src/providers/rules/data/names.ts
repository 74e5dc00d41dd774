/** How names are given, and that of the agent. */

/** How the user's name is given: in clear words, or in others that need a capital. */
export const givesName: readonly RegExp[] = [
  /\b(?:my name(?: is|['’]s)|call me|i(?: a|['’])m called|i go by) (\p{L}[\p{L}'’-]{0,30})/iu,
  /^(?:[Hh]i|[Hh]ello|[Hh]ey)?[,!.]? ?(?:I(?: a|['’])m|[Tt]his is) (\p{Lu}[\p{L}'’-]{0,30})/u,
]

/** What is no name after `I am` or `call me`. */
export const notNames =
  /^(?:a|an|the|not|no|so|very|just|here|there|fine|good|great|ok|okay|well|sorry|tired|happy|sad|sick|ready|done|back|in|at|on|from|going|looking|trying|hungry|bored|sure|glad|your|my|is|it|that|this|what|all|only|also|still|really|afraid|calling|and|but|called|now|later|again|you|me|i|tomorrow|today|please|wondering|interested|confused|lost|busy|home|thinking|leaving|feeling|late|when|if|when|back)$/i

/** The agent's own name in its instructions. */
export const ownName =
  /\b[Yy]ou(?:r name is| are(?: called| named)?|'re) (\p{Lu}[\p{L}'-]{0,30})(?=[.,;!\n]| a | an | the |\s*$)/u
