/** The text to speak, with buttons that put tags into it. */
import { useRef } from 'preact/hooks'
import { mostCharacters, text } from './options.ts'

interface TagButton {
  readonly tag: string
  readonly label: string
}

const groups: readonly { readonly title: string; readonly tags: readonly TagButton[] }[] = [
  {
    title: 'How',
    tags: [
      'say excitedly',
      'speak softly',
      'whisper',
      'very fast',
      'say slowly',
      'very loud',
      'say in a low tone',
      'sound sad',
    ].map((name) => ({ tag: `[${name}]`, label: name })),
  },
  {
    title: 'Sounds',
    tags: ['laugh', 'sigh', 'clear throat', 'gasp', 'yawn', 'hmm'].map((name) => ({ tag: `[${name}]`, label: name })),
  },
  {
    title: 'Else',
    tags: [
      { tag: '[reset]', label: 'reset' },
      { tag: '<break time="500ms"/>', label: 'pause ½ s' },
      { tag: '<break time="2s"/>', label: 'pause 2 s' },
    ],
  },
]

/** Puts it where the caret is, a space on both sides. */
const insert = (area: HTMLTextAreaElement, tag: string): void => {
  const { selectionStart: from, selectionEnd: to, value } = area
  const before = value.slice(0, from).replace(/(\S)$/, '$1 ')
  const after = value.slice(to).replace(/^(\S)/, ' $1')
  text.value = `${before}${tag}${after === '' ? ' ' : after}`
  const caret = before.length + tag.length + 1
  area.focus()
  // After the new text stands in it.
  requestAnimationFrame(() => area.setSelectionRange(caret, caret))
}

export const Editor = () => {
  const area = useRef<HTMLTextAreaElement>(null)
  const { length } = text.value
  return (
    <div class="editor">
      <label class="field">
        <span>Text</span>
        <textarea
          ref={area}
          rows={5}
          value={text.value}
          aria-describedby="text-length"
          onInput={(event) => {
            text.value = event.currentTarget.value
          }}
        />
      </label>
      <span id="text-length" class={length > mostCharacters ? 'small mono missing' : 'small mono quiet'}>
        {length} / {mostCharacters}
      </span>
      <div class="tag-groups">
        {groups.map(({ title, tags }) => (
          <div key={title} class="tag-group" role="group" aria-label={title}>
            <span class="small quiet">{title}</span>
            {tags.map(({ tag, label }) => (
              <button key={tag} type="button" class="tag-button" title={tag} onClick={() => insert(area.current!, tag)}>
                {label}
              </button>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
