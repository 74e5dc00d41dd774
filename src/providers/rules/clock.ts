/** Times and dates: found in what was said, and told. */
import { months, ordinalNumbers, weekdays } from './data/language.ts'
import { timeZones } from './data/places.ts'
import { unitAt } from './units.ts'

/** What the hour is here. */
export interface Clock {
  readonly now: Date
  /** IANA name; the server's own where it is missing. */
  readonly timeZone: string
}

/** A day without a clock: midnight UTC of that date, so that days can be counted. */
const dayMs = 86_400_000
const dayOf = ({ now, timeZone }: Clock): number => {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(now)
  return Date.parse(`${parts}T00:00:00Z`)
}

/** `2026-11-20` */
const isoDay = (day: number): string => new Date(day).toISOString().slice(0, 10)

const longDay = (day: number): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(day)

const timeIn = ({ now, timeZone }: Clock): string =>
  new Intl.DateTimeFormat('en-US', { timeStyle: 'short', timeZone }).format(now).replace(/\s/gu, ' ')

/** Where in a line something was found. */
interface Found {
  readonly value: string
  readonly from: number
  readonly to: number
}

const ordinal = (text: string, next: string): { readonly value: number; readonly size: number } | undefined => {
  const written = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(text)
  const tens = Number(text)
  if (tens >= 20 && tens < 40 && tens % 10 === 0 && (ordinalNumbers.get(next) ?? 10) < 10)
    return { value: tens + ordinalNumbers.get(next)!, size: 2 }
  const value = written ? Number(written[1]) : ordinalNumbers.get(text)
  return value !== undefined && value >= 1 && value <= 31 ? { value, size: 1 } : undefined
}

/** The first date that the words name, as `2026-11-20`. */
export const dateIn = (texts: readonly string[], clock: Clock): Found | undefined => {
  const today = dayOf(clock)
  for (let at = 0; at < texts.length; at++) {
    const word = texts[at]!
    const found = (day: number, from: number, to: number): Found => ({ value: isoDay(day), from, to })
    if (/^\d{4}-\d\d-\d\d$/.test(word) && !Number.isNaN(Date.parse(word))) return { value: word, from: at, to: at + 1 }
    if (word === 'today' || word === 'tonight') return found(today, at, at + 1)
    if (word === 'yesterday') return found(today - dayMs, at, at + 1)
    if (word === 'tomorrow') {
      const later = texts[at - 2] === 'day' && texts[at - 1] === 'after'
      return found(today + (later ? 2 : 1) * dayMs, later ? at - 2 : at, at + 1)
    }
    const weekday = weekdays.indexOf(word)
    if (weekday >= 0) {
      const ahead = (weekday - new Date(today).getUTCDay() + 7) % 7 || 7
      const named = /^(?:next|this|on)$/.test(texts[at - 1] ?? '')
      return found(today + ahead * dayMs, named ? at - 1 : at, at + 1)
    }
    const unit = texts[at] === 'in' && /^\d{1,4}$/.test(texts[at + 1] ?? '') ? unitAt(texts, at + 2) : undefined
    if (unit?.kind === 'time' && unit.unit.factor >= 86_400)
      return found(today + Math.round((Number(texts[at + 1]) * unit.unit.factor * 1000) / dayMs) * dayMs, at, at + 3)
    const month = months.indexOf(word)
    if (month < 0) continue
    const after = ordinal(texts[at + 1] === 'the' ? (texts[at + 2] ?? '') : (texts[at + 1] ?? ''), texts[at + 2] ?? '')
    const start = texts[at - 1] === 'of' ? at - 2 : at - 1
    const before =
      ordinal(texts[start - 1] ?? '', texts[start] ?? '')?.size === 2
        ? ordinal(texts[start - 1]!, texts[start]!)
        : ordinal(texts[start] ?? '', '')
    const day = after ?? before
    if (!day) continue
    const from = after ? at : start - (day.size - 1)
    let to = after ? at + 1 + (texts[at + 1] === 'the' ? 1 : 0) + day.size : at + 1
    const written = /^(?:19|20|21)\d\d$/.test(texts[to] ?? '') ? Number(texts[to++]) : undefined
    const thisYear = new Date(today).getUTCFullYear()
    const year = written ?? (Date.UTC(thisYear, month, day.value) < today ? thisYear + 1 : thisYear)
    return found(Date.UTC(year, month, day.value), from, to)
  }
  return undefined
}

/** The first time of day that the words name, as `17:30`. */
export const timeOfDayIn = (texts: readonly string[]): Found | undefined => {
  for (let at = 0; at < texts.length; at++) {
    const word = texts[at]!
    if (word === 'noon' || word === 'midday') return { value: '12:00', from: at, to: at + 1 }
    if (word === 'midnight') return { value: '00:00', from: at, to: at + 1 }
    const past = /^(?:half|quarter)$/.test(word) && /^(?:past|to)$/.test(texts[at + 1] ?? '') ? at + 2 : undefined
    const start = past ?? at
    const [, hours, written] = /^(\d{1,2})(?::(\d\d))?$/.exec(texts[start] ?? '') ?? []
    if (hours === undefined || Number(hours) > 23) continue
    let to = start + 1
    let minutes = Number(written ?? 0)
    let isTime = written !== undefined || past !== undefined || texts[at - 1] === 'at'
    if (past !== undefined) minutes = word === 'half' ? 30 : texts[at + 1] === 'to' ? -15 : 15
    else if (written === undefined && /^[0-5]?\d$/.test(texts[to] ?? '') && Number(texts[to]) > 9)
      minutes = Number(texts[to++])
    if (/^o'?clock$/.test(texts[to] ?? '')) {
      isTime = true
      to++
    }
    const half = /^([ap])\.?m$/.exec(texts[to] ?? '') ?? /^([ap])$/.exec(texts[to] ?? '')
    if (half) {
      isTime = true
      to += texts[to]!.length === 1 && texts[to + 1] === 'm' ? 2 : 1
    } else if (texts[to] === 'in' && texts[to + 1] === 'the') {
      isTime = true
    }
    if (!isTime || minutes > 59) continue
    const evening = half ? half[1] === 'p' : /^(?:afternoon|evening)$/.test(texts[to + 2] ?? '')
    const morning = half ? half[1] === 'a' : false
    const hour = (Number(hours) % (evening || morning ? 12 : 24)) + (evening ? 12 : 0)
    const total = (hour * 60 + minutes + 1440) % 1440
    const value = `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`
    return { value, from: texts[at - 1] === 'at' ? at - 1 : at, to }
  }
  return undefined
}

/** The answer to a question about time or date; undefined when it is none. */
export const toldTime = (line: string, clock: Clock): string | undefined => {
  const place = /\btime\b.*\b(?:in|at) (\p{L}[\p{L} ]*)$/u.exec(line)?.[1]?.replace(/ (?:right )?now$/, '')
  if (/\btime\b/.test(line) && place !== undefined && /what|tell|time in/.test(line)) {
    const timeZone = Object.hasOwn(timeZones, place) ? timeZones[place] : undefined
    const name = place.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase())
    return timeZone
      ? `In ${name} it is ${timeIn({ now: clock.now, timeZone })}.`
      : `I do not know the time zone of ${name}. Here it is ${timeIn(clock)}.`
  }
  if (
    /\b(?:what time is it|what is the (?:current |exact )?time|what the time is|what time it is|tell me the time|have you got the time|do you have the time|current time)\b/.test(
      line,
    ) ||
    line === 'time'
  )
    return `It is ${timeIn(clock)}.`
  const found = dateIn(line.split(' '), clock)
  const today = dayOf(clock)
  const day = found
    ? Date.parse(found.value)
    : /christmas/.test(line)
      ? Date.parse(dateIn(['december', '25'], clock)!.value)
      : undefined
  if (day !== undefined && /\bhow (?:many days|long)\b.*\b(?:until|till|to|before)\b/.test(line)) {
    const days = Math.round((day - today) / dayMs)
    return `${days === 1 ? 'One day' : `${days} days`} until ${longDay(day)}.`
  }
  if (/\b(?:what|which) year\b/.test(line)) return `It is ${isoDay(today).slice(0, 4)}.`
  if (/\b(?:what|which) month\b/.test(line))
    return `It is ${months[new Date(today).getUTCMonth()]!.replace(/^./, (letter) => letter.toUpperCase())}.`
  if (
    /\b(?:what|which|tell) (?:me )?(?:day|date|weekday|is the (?:day|date|current date)|is today|(?:the |todays? |today's )date|is (?:today's|todays) date)\b|^(?:the )?date$|what the date is/.test(
      line,
    )
  )
    return found && found.value !== isoDay(today)
      ? `${line.includes(' was ') ? 'That was' : 'That is'} ${longDay(day!)}.`
      : `Today is ${longDay(today)}.`
  return undefined
}
