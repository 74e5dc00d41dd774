/** Words of the dictionary that are always names, in lower case, as the dictionary has them. */

const lists = {
  titles: 'dr mr mrs ms',
  days: 'monday tuesday wednesday thursday friday saturday sunday',
  months: 'january february april june july august september october november december',
  people: `adam albert alex alexander alice amanda amy andrea andrew angela anna anne anthony arthur barbara benjamin
    betty brandon brian caroline carol catherine charles charlotte christine christopher cynthia daniel david deborah
    dennis diana donald donna dorothy douglas edward eleanor elizabeth emily emma eric eugene evelyn frances francis
    frederick gary george gerald gloria gregory hannah harold harry heather helen henry howard isabel jacob james jane
    janet jason jeffrey jennifer jeremy jessica joan john jonathan joseph joshua joyce judith julia julie justin karen
    katherine kathleen keith kelly kenneth kevin kimberly larry laura lauren lawrence linda lisa louis louise lucy
    margaret maria marie marilyn martha martin mary matthew megan melissa michael michelle nancy nathan nicholas nicole
    olivia oliver oscar pamela patricia paul peter philip rachel ralph raymond rebecca richard robert roger ronald russell
    ruth ryan samantha samuel sandra sarah scott sharon shirley sophia stephanie stephen steven susan teresa theodore
    theresa thomas timothy victoria vincent virginia walter wayne william zachary churchill
    clinton einstein johnson kennedy lincoln napoleon obama reagan roosevelt shakespeare washington`,
  places: `africa alabama alaska america amsterdam antarctica argentina arizona arkansas asia athens atlanta australia
    austria baltimore beijing belgium berlin boston brazil britain brooklyn brussels bulgaria california cambridge canada
    chicago cleveland colombia colorado connecticut cuba dallas delaware denmark denver detroit dublin edinburgh egypt
    england ethiopia europe finland florida france germany greece hawaii hollywood houston hungary iceland idaho illinois
    india indiana indonesia iowa iran iraq ireland israel italy jamaica japan jerusalem kansas kentucky kenya korea lebanon
    lisbon london louisiana madrid malaysia manhattan maryland massachusetts melbourne memphis mexico miami michigan milan
    milwaukee minneapolis minnesota mississippi missouri montana montreal morocco moscow mumbai munich naples nebraska
    netherlands nevada nigeria norway ohio oklahoma oregon oxford pakistan paris pennsylvania peru philadelphia philippines
    pittsburgh poland portugal prague rome russia scotland seattle seoul shanghai siberia singapore spain stockholm
    sweden switzerland sydney syria taiwan tennessee texas thailand tokyo toronto ukraine utah vancouver venezuela venice
    vermont vienna vietnam wales warsaw wisconsin wyoming york zurich`,
  peoples: `african american arab asian australian austrian belgian brazilian british canadian chinese christian christmas
    danish dutch easter egyptian english european french german greek hindi hungarian indian irish islamic israeli italian
    japanese jewish korean latin mexican muslim norwegian portuguese roman russian scottish spanish swedish swiss turkish
    ukrainian vietnamese welsh`,
} as const

/** Words that are written with a capital wherever they stand. Words that are also something else (may, will) are not here. */
export const names: ReadonlySet<string> = new Set(Object.values(lists).flatMap((list) => list.split(/\s+/)))
