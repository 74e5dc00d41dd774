/** How days and hours are named, and how one asks for them. */
import { months, ordinalNumbers, weekdays } from './language.ts'

const day = `\\d{1,2}(?:st|nd|rd|th)?|${[...ordinalNumbers.keys()].join('|')}`
const month = months.join('|')

/** What names a day, best first. */
export const days = {
  written: /\b\d{4}-\d\d-\d\d\b/,
  relative: /\b(?:day after tomorrow|today|tonight|tomorrow|yesterday)\b/,
  ahead: /\bin (\d{1,3}) (day|week)s?\b/,
  dated: new RegExp(
    `\\b(?:(?:the )?(?<before>${day})(?: of)? (?<first>${month})|(?<second>${month}) (?:the )?(?<after>${day}))(?: (?<year>(?:19|20|21)\\d\\d))?\\b`,
  ),
  feast: /\bchristmas\b/,
  weekday: new RegExp(`\\b(?:(?:next|this|on) )?(${weekdays.join('|')})\\b`),
}

/** Days from today. */
export const relativeDays: Readonly<Record<string, number>> = {
  'day after tomorrow': 2,
  tomorrow: 1,
  today: 0,
  tonight: 0,
  yesterday: -1,
}

/** What names an hour; a bare number needs `at` before it or something after it. */
export const hour =
  /\b(?<at>at )?(?:(?<share>half|quarter) (?<side>past|to) )?(?<hours>\d{1,2})(?:[: ](?<minutes>[0-5]\d))?(?<clock> o'?clock)?(?: (?<half>[ap]) ?m| in the (?<part>morning|afternoon|evening))?\b|\b(?<name>noon|midday|midnight)\b/

/** Questions. */
export const asksTime =
  /\b(?:what time (?:is it|it is)|what (?:is )?the (?:current |exact )?time|what the time is|tell me the time|(?:have you got|do you have) the time|current time)\b|^time$/
export const asksTimeIn = /\btime\b.*\b(?:in|at) (\p{L}[\p{L} ]*?)(?: right now| now| please)?$/u
export const asksDaysUntil = /\bhow (?:many days|long)\b.*\b(?:until|till|to|before)\b/
export const asksYear = /\b(?:what|which) year\b/
export const asksMonth = /\b(?:what|which) month\b/
export const asksDate =
  /\b(?:what|which|tell) (?:me )?(?:day|date|weekday|is the (?:current )?(?:day|date)|is today|(?:the |today's |todays )date|is (?:today's|todays) date)\b|^(?:the )?date$|what the date is/
