/** Terms as a client would give them for the recordings of `../shared/audio`, and names that nobody says in them. */

/** By what the names of the recordings contain: each reader's book has its own. */
export const termsOf: Readonly<Record<string, readonly string[]>> = {
  'harvard/': ['salt pickle', 'mend the coat', 'air is pure', 'zest'],
  'librispeech/1688': ['Hale', 'Helstone', 'Mr. Hale', 'shop boy', 'workhouse', 'shoppy', 'Milton', 'Margaret'],
  'librispeech/2033': [
    'eunuch',
    'Allah',
    'Zau al Makan',
    'Nuzhat al Zaman',
    'reciter',
    'improvised',
    'distichs',
    'fireman',
  ],
  'librispeech/2609': [
    'Moses',
    'Merneptah',
    'Ephraim',
    'Manasseh',
    'sojourn in Egypt',
    'Hebrews',
    'biblical narratives',
  ],
  'librispeech/6930': ['Concord', 'amidst the tents', 'Rama', 'Buckingham'],
  'ljspeech/': [
    'Gutenberg',
    'forty-two line Bible',
    'movable types',
    'movable metal letters',
    'wood blocks',
    'Netherlands',
  ],
  'arctic/': ['Danger Trail', 'Philip Steels', 'Phil', 'Lord'],
  jfk: ['my fellow Americans', 'President Kennedy', 'inauguration'],
  'librispeech/1089': ['stew for dinner', 'turnips', 'mutton', 'peppered', 'Dedalus', 'counselled'],
  'librispeech/1998': [
    'rigor mortis',
    'alimentary canal',
    'emetic',
    'apomorphine',
    'narcotic',
    'minims',
    'ligatures',
    'gullet',
  ],
  'librispeech/3005': [
    'Sherburn',
    'palings',
    'acquit',
    'masked cowards',
    'pitifulness',
    'tear down the fence',
    'Huckleberry',
  ],
  'librivox/': ['ill disposed', 'prudently', 'John Dashwood', 'amiable woman'],
}

/** Part of every list. */
export const distractors = [
  'Kubernetes',
  'Siobhan Gallagher',
  'Acme Bolt',
  'Doctor Patel',
  'Oakwood Drive',
  'Rhea',
  'Tom Lee',
]
