/** Times and dates: found in what was said, and told. */
import * as dates from './data/dates.ts'
import { months, ordinalNumbers, weekdays } from './data/language.ts'
import { timeZones } from './data/places.ts'
import { asName, withCapital } from './words.ts'

/** What the hour is here. */
export interface Clock {
  readonly now: Date
  /** IANA name. */
  readonly timeZone: string
}

/** What was found, and the words that said it. */
export interface Found {
  readonly value: string
  readonly phrase: string
}

const dayMs = 86_400_000
const isoDay = (day: number): string => new Date(day).toISOString().slice(0, 10)
const longDay = (iso: string): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(Date.parse(iso))
const timeIn = ({ now, timeZone }: Clock): string =>
  new Intl.DateTimeFormat('en-US', { timeStyle: 'short', timeZone }).format(now).replace(/\s/gu, ' ')

/** Today here, as `2026-11-20`. */
export const today = ({ now, timeZone }: Clock): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)

/** The date that the line names, as `2026-11-20`. */
export const dateIn = (line: string, clock: Clock): Found | undefined => {
  const start = Date.parse(today(clock))
  const { written, relative, ahead, dated, feast, weekday } = dates.days
  const found = (phrase: string, day: number): Found => ({ value: isoDay(day), phrase })
  const next = (month: number, day: number): number => {
    const year = new Date(start).getUTCFullYear()
    return Date.UTC(Date.UTC(year, month, day) < start ? year + 1 : year, month, day)
  }
  const iso = written.exec(line)?.[0]
  if (iso !== undefined && !Number.isNaN(Date.parse(iso))) return { value: iso, phrase: iso }
  const word = relative.exec(line)?.[0]
  if (word !== undefined) return found(word, start + dates.relativeDays[word]! * dayMs)
  const [inDays, count, unit] = ahead.exec(line) ?? []
  if (inDays !== undefined) return found(inDays, start + Number(count) * (unit === 'week' ? 7 : 1) * dayMs)
  const named = dated.exec(line)
  if (named?.groups) {
    const { before, after, first, second, year } = named.groups
    const text = before ?? after ?? ''
    const day = ordinalNumbers.get(text) ?? Number.parseInt(text, 10)
    const month = months.indexOf(first ?? second ?? '')
    if (day >= 1 && day <= 31) return found(named[0], year ? Date.UTC(Number(year), month, day) : next(month, day))
  }
  if (feast.test(line)) return found('christmas', next(11, 25))
  const [phrase, weekdayName = ''] = weekday.exec(line) ?? []
  if (phrase === undefined) return undefined
  return found(phrase, start + ((weekdays.indexOf(weekdayName) - new Date(start).getUTCDay() + 7) % 7 || 7) * dayMs)
}

/** The time of day that the line names, as `17:30`. */
export const timeOfDayIn = (line: string): Found | undefined => {
  for (const { 0: phrase, groups = {} } of line.matchAll(new RegExp(dates.hour, 'g'))) {
    const { name, at, share, side, minutes, clock, half, part } = groups
    if (name !== undefined) return { value: name === 'midnight' ? '00:00' : '12:00', phrase }
    if (!(at || share || clock || half || part || phrase.includes(':')) || Number(groups.hours) > 23) continue
    const shift = share === undefined ? Number(minutes ?? 0) : share === 'half' ? 30 : side === 'to' ? -15 : 15
    const isLate = half === 'p' || /noon|evening/.test(part ?? '')
    const hours = (Number(groups.hours) % (half || part ? 12 : 24)) + (isLate ? 12 : 0)
    return { value: new Date((hours * 60 + shift + 1440) * 60_000).toISOString().slice(11, 16), phrase }
  }
  return undefined
}

/** The answer to a question about time or date; undefined when it is none. */
export const toldTime = (line: string, clock: Clock): string | undefined => {
  const place = dates.asksTimeIn.exec(line)?.[1]
  if (place !== undefined) {
    const timeZone = Object.hasOwn(timeZones, place) ? timeZones[place] : undefined
    if (timeZone) return `In ${asName(place)} it is ${timeIn({ ...clock, timeZone })}.`
    if (/^(?:what|tell)/.test(line))
      return `I do not know the time zone of ${asName(place)}. Here it is ${timeIn(clock)}.`
  }
  if (dates.asksTime.test(line)) return `It is ${timeIn(clock)}.`
  const now = today(clock)
  const day = dateIn(line, clock)?.value ?? now
  if (dates.asksDaysUntil.test(line) && day !== now) {
    const days = Math.round((Date.parse(day) - Date.parse(now)) / dayMs)
    return `${days === 1 ? 'One day' : `${days} days`} until ${longDay(day)}.`
  }
  if (dates.asksYear.test(line)) return `It is ${now.slice(0, 4)}.`
  if (dates.asksMonth.test(line)) return `It is ${withCapital(months[Number(now.slice(5, 7)) - 1]!)}.`
  if (!dates.asksDate.test(line)) return undefined
  return `${day === now ? 'Today is' : line.includes(' was ') ? 'That was' : 'That is'} ${longDay(day)}.`
}
