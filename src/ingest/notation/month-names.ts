/**
 * Months by name or by the start of it, in English, German, French, Spanish, Portuguese, Italian and Dutch.
 * Keys are lower-case and without the point of an abbreviation.
 */
const names: readonly string[] = [
  `january jan januar jänner jaenner jan janvier janv enero ene janeiro gennaio gen januari`,
  `february feb februar feber février fevrier févr fevr fév febrero fevereiro fev febbraio februari`,
  `march mar märz maerz mär mrz mars marzo março marco maart mrt`,
  `april apr avril avr abril abr aprile`,
  `may mai mayo maio maggio mag mei`,
  `june jun juni juin junio junho giugno giu`,
  `july jul juli juillet juil julio julho luglio lug`,
  `august aug août aout agosto ago augustus`,
  `september sep sept septembre septiembre setiembre setembro set settembre`,
  `october oct oktober okt octobre octubre outubro out ottobre ott`,
  `november nov novembre noviembre novembro`,
  `december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre`,
]

/** 1 to 12 by name. */
export const monthNames: ReadonlyMap<string, number> = new Map(
  names.flatMap((line, index) =>
    line.split(' ').map((name): [string, number] => [name, index + 1]),
  ),
)
