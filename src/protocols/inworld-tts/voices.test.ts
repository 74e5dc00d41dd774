import { describe, expect, it } from 'vitest'
import { type ListedVoice, langCode, legacyVoices, voicesPage } from './voices.ts'

const voice = (id: string, ...languages: string[]): ListedVoice => ({
  id,
  name: id,
  description: '',
  languages,
  tags: [],
})
const voices = [voice('a', 'en-US'), voice('b', 'en-GB'), voice('c', 'de'), voice('d', 'en'), voice('e', 'fr-FR')]
const ids = (query: string) => {
  const page = voicesPage(voices, new URLSearchParams(query))
  return `${page.voices.map(({ voiceId }) => voiceId).join('')} ${page.nextPageToken ?? ''}`.trim()
}

describe('a page of voices', () => {
  it('is of the languages that were asked for', () => {
    expect(ids('')).toBe('abcde')
    expect(ids('languages=EN_US')).toBe('ad')
    expect(ids('languages=EN_GB&languages=FR_FR')).toBe('be')
    expect(ids('languages=en,de')).toBe('abcd')
    expect(ids('languages=AUTO')).toBe('abcde')
    expect(ids('languages=JA_JP')).toBe('')
  })

  it('says where the next one begins, until there is none', () => {
    expect(ids('pageSize=2')).toBe('ab 2')
    expect(ids('pageSize=2&pageToken=2')).toBe('cd 4')
    expect(ids('page_size=2&page_token=4')).toBe('e')
    expect(ids('pageSize=2&pageToken=99')).toBe('')
    for (const query of ['pageSize=-1', 'pageSize=x', 'pageToken=x'])
      expect(() => ids(query)).toThrow(/must be|is none/)
  })

  it('names languages as this wire does', () => {
    expect(['en', 'en-GB', 'de', 'cmn', 'pt_BR', 'constructor'].map(langCode)).toEqual([
      'EN_US',
      'EN_GB',
      'DE_DE',
      'CMN',
      'PT_BR',
      'CONSTRUCTOR',
    ])
  })
})

it('lists voices in the older form by base language', () => {
  expect(legacyVoices(voices, 'language=en').voices.map(({ voiceId }) => voiceId)).toEqual(['a', 'b', 'd'])
  expect(legacyVoices(voices, null).voices).toHaveLength(5)
  expect(legacyVoices(voices, 'language=en').voices[0]?.languages).toEqual(['en'])
})
