/** How names are given, and what instructions demand. */

/** The user's name: 1 a clear way to say it, 2 one that needs a capital, 3 and 4 the name. */
export const givesName =
  /(?:\b(my name(?: is|['’]s)|call me|i(?: a|['’])m called|i go by)|^(?:(?:hi|hello|hey)[,!.]? )?(i(?: a|['’])m|this is))\s+(\p{L}[\p{L}'’-]{0,30})(?!['’\p{L}])(?: (\p{L}{1,30}))?/iu
export const forgetsName = /\bforget my name\b/i

/** What is no name after `I am` or `call me`. */
export const notNames =
  /^(?:a|an|the|not|no|so|very|just|here|there|fine|good|great|ok|okay|well|sorry|tired|happy|sad|sick|ready|done|back|in|at|on|from|going|looking|trying|hungry|bored|sure|glad|your|my|is|it|that|this|what|all|only|also|still|really|afraid|calling|and|but|called|now|later|again|you|me|i|tomorrow|today|please|wondering|interested|confused|lost|busy|home|thinking|leaving|feeling|late|when|if|when|back)$/i

/** The agent's own name in its instructions. */
export const ownNames: readonly RegExp[] = [
  /\b[Yy]our name is (\p{Lu}[\p{L}'-]{0,30})/u,
  /\b[Yy]ou(?: are|'re) (?:called |named )?(\p{Lu}[\p{Ll}'-]{1,30})(?=[.,;!]| a | an | the |\s*$)/u,
]

/** Words to be said: on demand, and when nobody has asked anything. */
export const saysExactly =
  /\b(?:say|answer|reply|respond)\b[^"“.\n]{0,40}\b(?:exactly|only|always)\b[^"“.\n]{0,40}["“]([^"”]{1,500})["”]/i
export const maySay = /\b(?:say|answer|reply|respond|greet)\b[^"“.\n]{0,60}["“]([^"”]{1,500})["”]/i
