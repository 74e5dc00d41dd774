/** Sound that is not speech. */
import { describe, expect, it } from 'vitest'
import type { HeardWord } from './messages.ts'
import { isSound } from './sound.ts'

/** Words such as `of:337:0.9`: text, frames, confidence. */
const heard = (text: string): HeardWord[] => {
  let at = 0
  return text.split(' ').map((word) => {
    const [said = '', frames = '', confidence = '1'] = word.split(':')
    const firstFrame = at
    at += Number(frames)
    return { text: said, firstFrame, lastFrame: at - 1, confidence: Number(confidence), fit: -35 }
  })
}

describe('sound', () => {
  it('is where no words were heard', () => {
    expect(isSound([])).toBe(true)
    expect(isSound(heard('hello:30'), [])).toBe(true)
  })

  it('is where short words last for seconds', () => {
    expect(isSound(heard('what:86 of:337 what:63'))).toBe(true)
    expect(isSound(heard('no:30'), heard('becky:396'))).toBe(true)
  })

  it('is where the second pass trusts none of its words', () => {
    expect(isSound(heard('it:21 is:19'), heard('it:21:0.05 is:19:0.11'))).toBe(true)
  })

  it('is not where words have the length of words', () => {
    expect(isSound(heard('he:12 was:22 not:51 an:29 illness:31 closed:67 young:22 man:43'))).toBe(false)
    expect(isSound(heard('yes:40'), heard('yes:41:0.8'))).toBe(false)
  })

  it('is not where some words of a sentence are poor', () => {
    expect(
      isSound(heard('three:35 cold:45 um:60 hearted:45'), heard('three:35:0.01 cold:45:0.9 of:90:0.1 hearted:45:0.9')),
    ).toBe(false)
  })

  it('is not where somebody surely spoke, however poor the words are', () => {
    const [streamed, again] = [heard('gelb:69'), heard('yelp:60:0.16')]
    expect(isSound(streamed, again)).toBe(true)
    expect(isSound(streamed, again, 128)).toBe(true)
    expect(isSound(streamed, again, 160)).toBe(false)
    expect(isSound(streamed, undefined, 160)).toBe(false)
    expect(isSound(streamed, [], 160)).toBe(true)
  })
})
