/** Words of arithmetic → signs. */

/** Phrases → signs; tried in order on a line that begins and ends with a space. */
export const signs: readonly (readonly [RegExp, string])[] = [
  [/ (?:raised )?to the power(?: of)?(?= )/g, ' ^'],
  [/ (?:multiplied by|times|x|×)(?= )/g, ' *'],
  [/ (?:divided by|over|÷)(?= )/g, ' /'],
  [/ (?:the )?square root of(?= )/g, ' sqrt'],
  [/ (?:a |1 )?half of(?= )/g, ' 1 / 2 *'],
  [/ (?:a |1 )?third of(?= )/g, ' 1 / 3 *'],
  [/ (?:a |1 )?quarter of(?= )/g, ' 1 / 4 *'],
  [/ (?:twice|double)(?= )/g, ' 2 *'],
  [/ (?:open|left) (?:parenthesis|parentheses|paren|bracket)(?= )/g, ' ('],
  [/ (?:close|closed|right) (?:parenthesis|parentheses|paren|bracket)(?= )/g, ' )'],
  [/ plus(?= )/g, ' +'],
  [/ (?:minus|negative|less)(?= )/g, ' -'],
  [/ percent(?= )/g, ' %'],
  [/ squared(?= )/g, ' ^ 2'],
  [/ cubed(?= )/g, ' ^ 3'],
  [/ an?(?= \d)/g, ''],
]

/** Orders to calculate → the expression. */
export const orders: readonly (readonly [RegExp, string])[] = [
  [/^ subtract (.+) from (.+) $/, '( $2 ) - ( $1 )'],
  [/^ add (.+) (?:and|to) (.+) $/, '( $1 ) + ( $2 )'],
  [/^ (?:multiply|(?:the )?product of) (.+) (?:by|and|with) (.+) $/, '( $1 ) * ( $2 )'],
  [/^ divide (.+) by (.+) $/, '( $1 ) / ( $2 )'],
  [/^ (?:the )?sum of (.+) and (.+) $/, '( $1 ) + ( $2 )'],
  [/^ (?:the )?difference (?:between|of) (.+) and (.+) $/, '( $1 ) - ( $2 )'],
  [/^ increase (.+) by (.+) % $/, '( $1 ) * ( 1 + $2 % )'],
  [/^ decrease (.+) by (.+) % $/, '( $1 ) * ( 1 - $2 % )'],
  [/^ increase (.+) by (.+) $/, '( $1 ) + $2'],
  [/^ decrease (.+) by (.+) $/, '( $1 ) - $2'],
  [/^ (.+) (\+|-) (\d+(?:\.\d+)?) % $/, '( $1 ) * ( 1 $2 $3 % )'],
  [/^ (.+) % off (.+) $/, '( 1 - $1 % ) * $2'],
]

/** What stands before a sum and after it. */
export const asked =
  /^ (?:(?:please|and|so|now|okay|ok|hey|tell|me|us|can|could|you|calculate|compute|work|out|what|how|much|is|are|equals|do|does|make|the result of|i|want|to|know|solve|evaluate) )+/
export const askedAfter = /(?: (?:equals?|equal to|=|please|makes?|is|what))+ $/

/** Signs as they are told. */
export const spokenSigns: Readonly<Record<string, string>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided by',
  '^': 'to the power of',
  '%': 'percent',
  sqrt: 'the square root of',
}
