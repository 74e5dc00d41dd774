/** Words that are always written in capitals, and short words that are not. */

/** Not stressed. */
export const acronyms: ReadonlySet<string> = new Set(
  (
    'NASA NATO UNESCO UNICEF OPEC ASAP AIDS COVID SARS LASER RADAR SCUBA SWAT IKEA FIFA UEFA NAFTA ASEAN NASDAQ ' +
    'JSON HTML HTTP HTTPS YAML REST SOAP CUDA ASCII UNICODE JPEG MPEG WIFI GIF RAM ROM BIOS LINUX UNIX SAML OAUTH ' +
    'AWOL FOMO YOLO IMAX LEGO NVIDIA IEEE ISBN VOIP CEO'
  ).split(' '),
)

/** Of two or three letters; others of that length are abbreviations. */
export const shortWords: ReadonlySet<string> = new Set(
  (
    'NO SO DO GO ME MY WE HE BE UP ON OFF OUT NOT ALL ANY NOW YOU WAY BIG YES CAN HOW WHY WHO TOO SHE HER HIM HIS ' +
    'OUR ONE TWO TEN BAD SAD NEW OLD HOT RUN GET GOT HAS HAD WAS ARE DID END EVER FUN LET MAY OWN PUT SAY SEE SET ' +
    'THE TRY USE WIN WON AND BUT FOR FAR ASK ACT AGO DIE DAY FEW'
  ).split(' '),
)
